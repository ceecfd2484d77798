#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "analyzer/schema/type_data.h"

// Which operators and functions of a name take arguments of these types, and how well.
namespace mlint {

// The type of an argument; its casts are looked up once for all operators and functions of a name.
struct Given {
  std::string_view type;
  std::span<const data::Cast> casts;
  explicit Given(std::string_view of_type) : type(of_type), casts(data::casts_from(of_type)) {}
};

// How well an argument fits a parameter: 3 exactly, 2 by an implicit cast, 1 not known, 0 not at all.
int fit(const Given& argument, std::string_view parameter);
// Of a call, its parameters as the table of functions has them ("int4,text,..." with a variadic one): 0 not at all.
int fit(const std::vector<Given>& arguments, std::string_view parameters, int defaults);

}  // namespace mlint
