#include "analyzer/schema/type_data.h"

#include <algorithm>
#include <array>

namespace mlint::data {
namespace {

constexpr Type type_rows[] = {
#include "analyzer/schema/types_data.inc"
};
constexpr Cast cast_rows[] = {
#include "analyzer/schema/casts_data.inc"
};
constexpr Function function_rows[] = {
#include "analyzer/schema/functions_data.inc"
};
constexpr Operator operator_rows[] = {
#include "analyzer/schema/operators_data.inc"
};
constexpr OperatorClass operator_class_rows[] = {
#include "analyzer/schema/operator_classes_data.inc"
};

// By hand: clang before 16 refuses the view that std::ranges::equal_range returns.
template <class T>
std::span<const T> range_of(std::span<const T> rows, std::string_view name) {
  const auto below = [](const T& row, std::string_view wanted) { return row.name < wanted; };
  const auto above = [](std::string_view wanted, const T& row) { return wanted < row.name; };
  const auto first = std::lower_bound(rows.begin(), rows.end(), name, below);
  return {first, std::upper_bound(first, rows.end(), name, above)};
}

}  // namespace

std::span<const Type> types() { return type_rows; }
std::span<const Cast> casts() { return cast_rows; }
std::span<const Function> functions() { return function_rows; }
std::span<const Operator> operators() { return operator_rows; }
std::span<const OperatorClass> operator_classes() { return operator_class_rows; }

const Type* find_type(std::string_view name) {
  const auto rows = range_of(types(), name);
  return rows.empty() ? nullptr : &rows.front();
}

std::span<const Cast> casts_from(std::string_view source) {
  const auto rows = casts();
  const auto first = std::lower_bound(rows.begin(), rows.end(), source,
                                      [](const Cast& row, std::string_view wanted) { return row.source < wanted; });
  return {first, std::find_if(first, rows.end(), [&](const Cast& row) { return row.source != source; })};
}

const Cast* find_cast(std::string_view source, std::string_view target) {
  for (const Cast& row : casts_from(source))
    if (row.target == target) return &row;
  return nullptr;
}

std::span<const Function> find_functions(std::string_view name) { return range_of(functions(), name); }
std::span<const Operator> find_operators(std::string_view name) { return range_of(operators(), name); }

}  // namespace mlint::data
