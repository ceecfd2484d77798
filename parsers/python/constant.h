#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "parsers/python/module.h"

// What Python's operators and a few pure built-ins give on constants. Nothing here evaluates anything that is not
// constant: those functions return nothing, and the expression stays symbolic.
namespace mlint::py {

// Bytes and values that evaluation may still make: `a = a + a` a hundred times must not eat the machine.
struct Budget {
  std::size_t left = std::size_t{64} * 1024 * 1024;
  bool take(std::size_t amount);
};

// A copy that stays within the budget and whose nesting stays within `max_depth`; what does not is Unknown.
Value copy(const Value& value, Budget& budget, std::uint32_t max_depth);

// No name, call, operator or Unknown inside.
bool is_constant(const Value& value);
bool all_constant(const Values& values);
std::optional<bool> truth(const Value& value);
std::optional<bool> equal(const Value& left, const Value& right);
std::optional<long long> to_int(const Value& value);
std::optional<double> to_double(const Value& value);
// An item that says of its list: whether there are more, and whether those before it are there, is not known.
bool in_doubt(const Value& item);
// Items of a constant sequence or set, keys of a dict.
std::optional<std::span<const Value>> items_of(const Value& value);

// The operands are consumed only when there is a result.
std::optional<Kind> binary(std::string_view op, Value& left, Value& right, Budget& budget);
std::optional<bool> compare(std::string_view op, const Value& left, const Value& right);
std::optional<Kind> unary(std::string_view op, const Value& operand);

// A call of `name` on constants: list, tuple, set, dict, str, int, len, sorted, range, textwrap.dedent …
std::optional<Kind> call_builtin(std::string_view name, Values& arguments, std::vector<Keyword>& keywords,
                                 Budget& budget);
// A pure method of a constant: "…".format(), ", ".join(), {}.items() …
std::optional<Kind> call_method(const Value& base, std::string_view name, Values& arguments,
                                std::vector<Keyword>& keywords, Budget& budget);

// Of items with the same key the last value counts, in the place of the first.
void keep_last(Dict& dict);
std::optional<Kind> subscript(const Value& base, const Value& index);
// An absent bound is null.
std::optional<Kind> slice(const Value& base, const Value* from, const Value* to);

}  // namespace mlint::py
