#include <algorithm>

#include "parsers/python/constant.h"

// Copies within a budget.
namespace mlint::py {

bool Budget::take(std::size_t amount) {
  if (amount > left) {
    left = 0;
    return false;
  }
  left -= amount;
  return true;
}

namespace {

Values copy_all(const Values& values, Budget& budget, std::uint32_t depth) {
  Values result;
  result.reserve(values.size());
  for (const auto& value : values) result.push_back(copy(value, budget, depth));
  return result;
}

std::unique_ptr<Value> copy_one(const std::unique_ptr<Value>& value, Budget& budget, std::uint32_t depth) {
  return std::make_unique<Value>(copy(*value, budget, depth));
}

Kind copy_dict(const Dict& dict, Budget& budget, std::uint32_t depth) {
  Dict result;
  for (const auto& [key, value] : dict.items)
    result.items.emplace_back(copy(key, budget, depth), copy(value, budget, depth));
  return result;
}

Kind copy_call(const Call& call, Budget& budget, std::uint32_t depth) {
  Call result{copy_one(call.callee, budget, depth), copy_all(call.arguments, budget, depth), {}};
  for (const auto& keyword : call.keywords)
    result.keywords.push_back({keyword.name, copy_one(keyword.value, budget, depth)});
  return result;
}

Kind copy_kind(const Kind& kind, Budget& budget, std::uint32_t depth) {
  if (const auto* call = std::get_if<Call>(&kind)) return copy_call(*call, budget, depth);
  if (const auto* list = std::get_if<List>(&kind)) return List{copy_all(list->items, budget, depth)};
  if (const auto* tuple = std::get_if<Tuple>(&kind)) return Tuple{copy_all(tuple->items, budget, depth)};
  if (const auto* set = std::get_if<Set>(&kind)) return Set{copy_all(set->items, budget, depth)};
  if (const auto* dict = std::get_if<Dict>(&kind)) return copy_dict(*dict, budget, depth);
  if (const auto* starred = std::get_if<Starred>(&kind)) return Starred{copy_one(starred->value, budget, depth)};
  if (const auto* attribute = std::get_if<Attribute>(&kind))
    return Attribute{copy_one(attribute->base, budget, depth), attribute->name};
  if (const auto* item = std::get_if<Subscript>(&kind))
    return Subscript{copy_one(item->base, budget, depth), copy_one(item->index, budget, depth)};
  if (const auto* unary = std::get_if<Unary>(&kind)) return Unary{unary->op, copy_one(unary->operand, budget, depth)};
  if (const auto* binary = std::get_if<Binary>(&kind))
    return Binary{binary->op, copy_one(binary->left, budget, depth), copy_one(binary->right, budget, depth)};
  if (const auto* string = std::get_if<String>(&kind)) return *string;
  if (const auto* bytes = std::get_if<Bytes>(&kind)) return *bytes;
  if (const auto* integer = std::get_if<Integer>(&kind)) return *integer;
  if (const auto* name = std::get_if<Name>(&kind)) return *name;
  if (const auto* unknown = std::get_if<Unknown>(&kind)) return *unknown;
  if (const auto* boolean = std::get_if<Boolean>(&kind)) return *boolean;
  if (const auto* number = std::get_if<Float>(&kind)) return *number;
  if (const auto* lambda = std::get_if<Lambda>(&kind)) return *lambda;
  return None{};
}

std::size_t weight(const Value& value) {
  if (const auto* string = value.as<String>()) return 32 + string->text.size();
  if (const auto* bytes = value.as<Bytes>()) return 32 + bytes->data.size();
  return 32;
}

}  // namespace

Value copy(const Value& value, Budget& budget, std::uint32_t max_depth) {
  if (max_depth == 0) return {Unknown{"nested too deep"}, value.source, value.use};
  if (!budget.take(weight(value))) return {Unknown{"too much to evaluate"}, value.source, value.use};
  return {copy_kind(value.kind, budget, max_depth - 1), value.source, value.use};
}

}  // namespace mlint::py
