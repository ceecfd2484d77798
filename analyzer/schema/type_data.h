#pragma once

#include <span>
#include <string_view>

// What servers say of their own types, functions and operators; generated (cmake/generate_catalog_data.py).
namespace mlint::data {

struct Type {
  std::string_view name;
  char category;
  bool preferred;
  char input_volatility, output_volatility;
  char kind;  // b base, r range, m multirange, p pseudo, d domain
  std::string_view extension;
  char output_volatility_before = 0;  // of servers older than output_since
  int output_since = 0;

  char output_of(int server_version) const {
    return server_version < output_since ? output_volatility_before : output_volatility;
  }
};
struct Cast {
  std::string_view source, target;
  char method;   // f function, i by input and output, b binary coercible
  char context;  // e explicit, a assignment, i implicit
  char volatility;
  bool has_modifier;  // of length coercion functions
  std::string_view extension;
};
struct Function {
  std::string_view name;
  std::string_view arguments;  // "int4,text"; "*" for all overloads; ends in ",..." when variadic
  std::string_view result;
  char volatility, volatility_before;  // of the newest version, and the worst of earlier ones
  int defaults;
  std::string_view extension;
};
struct Operator {
  std::string_view name, left, right, result;
  char volatility;
  std::string_view extension;
};
struct OperatorClass {
  std::string_view method, name, type;
  bool is_default;
  std::string_view family, extension;
};

std::span<const Type> types();
std::span<const Cast> casts();
std::span<const Function> functions();  // sorted by name
std::span<const Operator> operators();  // sorted by name
std::span<const OperatorClass> operator_classes();

const Type* find_type(std::string_view name);
std::span<const Cast> casts_from(std::string_view source);
const Cast* find_cast(std::string_view source, std::string_view target);
std::span<const Function> find_functions(std::string_view name);
std::span<const Operator> find_operators(std::string_view name);

}  // namespace mlint::data
