#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/project_class.h"
#include "parsers/python/module.h"

// What methods of a project's fields and indexes return on PostgreSQL.
namespace mlint::django {

// What decides what a value is in SQL, from the outside inwards.
inline constexpr std::array converters = {std::string_view("get_default"), std::string_view("get_db_prep_save"),
                                          std::string_view("get_db_prep_value"), std::string_view("get_prep_value")};

// Where the `else` of an `if` begins among its statements. `source` is their text.
std::size_t else_of(const py::Statement& statement, std::string_view source);
// A string that stands alone documents.
bool is_text(const py::Statement& statement);
// A value that the code alone decides.
bool is_plain(const py::Value& value);

// super().get_prep_value(None), CharField.get_prep_value(self, None): the base makes None of None.
const py::Value* base_answer(const py::Call& call);
// What statements return where the parameter `none` holds None; nothing: they do not return. `source` is their text.
std::optional<OfNone> returned_of_none(std::span<const py::Statement> statements, std::string_view source,
                                       std::string_view none);
// The constant that a method returns, whatever else it is asked with.
std::optional<std::string> returned_text(const std::vector<py::Statement>& statements);
// The method hands its own arguments, as they come, to the base's. `source` is the text of its module.
bool asks_base(const py::Function& method, const py::Body& body, std::string_view source);

}  // namespace mlint::django
