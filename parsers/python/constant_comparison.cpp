#include <algorithm>

#include "parsers/python/constant.h"

// What is true, equal, smaller, contained.
namespace mlint::py {

bool all_constant(const Values& values) { return std::all_of(values.begin(), values.end(), is_constant); }

bool is_constant(const Value& value) {
  if (const auto* list = value.as<List>()) return all_constant(list->items);
  if (const auto* tuple = value.as<Tuple>()) return all_constant(tuple->items);
  if (const auto* set = value.as<Set>()) return all_constant(set->items);
  if (const auto* dict = value.as<Dict>())
    return std::all_of(dict->items.begin(), dict->items.end(),
                       [](const auto& item) { return is_constant(item.first) && is_constant(item.second); });
  return value.is<None>() || value.is<Boolean>() || value.is<Integer>() || value.is<Float>() || value.is<String>() ||
         value.is<Bytes>();
}

bool in_doubt(const Value& item) {
  const auto* starred = item.as<Starred>();
  return starred != nullptr && starred->value->is<Unknown>();
}

std::optional<bool> truth(const Value& value) {
  if (value.is<None>()) return false;
  if (const auto* boolean = value.as<Boolean>()) return boolean->value;
  if (const auto* integer = value.as<Integer>()) return integer->digits != "0" && integer->digits != "-0";
  if (const auto* number = value.as<Float>()) return number->value != 0;
  if (const auto* string = value.as<String>()) return !string->text.empty();
  if (const auto* bytes = value.as<Bytes>()) return !bytes->data.empty();
  if (value.is<Lambda>()) return true;
  if (const auto* dict = value.as<Dict>()) {
    if (dict->items.empty()) return false;
    if (is_constant(value)) return true;
    return std::nullopt;
  }
  if (const auto items = items_of(value)) {
    if (items->empty()) return false;
    if (std::any_of(items->begin(), items->end(), in_doubt)) return std::nullopt;
    if (std::any_of(items->begin(), items->end(), [](const Value& item) { return !item.is<Starred>(); })) return true;
  }
  return std::nullopt;
}

std::optional<bool> equal(const Value& left, const Value& right) {
  if (!is_constant(left) || !is_constant(right)) {
    const auto* first = left.as<Name>();
    const auto* second = right.as<Name>();
    if (first != nullptr && second != nullptr && first->dotted == second->dotted) return true;
    return std::nullopt;
  }
  if (const auto* first = left.as<String>()) {
    const auto* second = right.as<String>();
    return second != nullptr && first->text == second->text;
  }
  if (const auto* first = left.as<Integer>())
    if (const auto* second = right.as<Integer>()) return first->digits == second->digits;
  if (const auto* first = left.as<Boolean>())
    if (const auto* second = right.as<Boolean>()) return first->value == second->value;
  if (const auto* first = left.as<Bytes>()) {
    const auto* second = right.as<Bytes>();
    return second != nullptr && first->data == second->data;
  }
  if (left.is<None>() || right.is<None>()) return left.is<None>() && right.is<None>();
  bool known = true;
  if (left.kind.index() == right.kind.index() && !left.is<Dict>() && !left.is<Set>())
    if (const auto first = items_of(left)) {
      const auto second = items_of(right);
      if (first->size() != second->size()) return false;
      for (std::size_t i = 0; i < first->size(); ++i) {
        const auto same = equal((*first)[i], (*second)[i]);
        if (!same) known = false;
        if (same && !*same) return false;
      }
      if (!known) return std::nullopt;
      return true;
    }
  const auto first = to_double(left);
  const auto second = to_double(right);
  if (first && second) return *first == *second;
  if (left.kind.index() != right.kind.index()) return false;
  return std::nullopt;
}

namespace {

std::optional<int> order(const Value& left, const Value& right) {
  const auto sign = [](auto a, auto b) { return a < b ? -1 : (b < a ? 1 : 0); };
  if (const auto* first = left.as<String>())
    if (const auto* second = right.as<String>()) return sign(first->text, second->text);
  const auto first = to_double(left);
  const auto second = to_double(right);
  if (first && second) return sign(*first, *second);
  const auto* one = left.as<Tuple>();
  const auto* two = right.as<Tuple>();
  if (one == nullptr || two == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < std::min(one->items.size(), two->items.size()); ++i) {
    const auto part = order(one->items[i], two->items[i]);
    if (!part || *part != 0) return part;
  }
  return sign(one->items.size(), two->items.size());
}

std::optional<bool> is_member(const Value& wanted, const Value& container) {
  if (const auto* text = container.as<String>()) {
    const auto* part = wanted.as<String>();
    if (part == nullptr) return std::nullopt;
    return text->text.find(part->text) != std::string::npos;
  }
  if (!is_constant(wanted)) return std::nullopt;
  bool unsure = false;
  const auto matches = [&](const Value& item) {
    const auto same = equal(item, wanted);
    if (!same) unsure = true;
    return same.value_or(false);
  };
  if (const auto* dict = container.as<Dict>()) {
    for (const auto& [key, value] : dict->items)
      if (matches(key)) return true;
  } else if (const auto items = items_of(container)) {
    if (std::any_of(items->begin(), items->end(), in_doubt)) return std::nullopt;
    for (const auto& item : *items)
      if (matches(item)) return true;
  } else {
    return std::nullopt;
  }
  if (unsure) return std::nullopt;
  return false;
}

}  // namespace

std::optional<bool> compare(std::string_view op, const Value& left, const Value& right) {
  if (op == "==" || op == "is") return equal(left, right);
  if (op == "!=" || op == "is not" || op == "<>") {
    const auto same = equal(left, right);
    if (!same) return std::nullopt;
    return !*same;
  }
  if (op == "in") return is_member(left, right);
  if (op == "not in") {
    const auto member = is_member(left, right);
    if (!member) return std::nullopt;
    return !*member;
  }
  const auto sign = order(left, right);
  if (!sign) return std::nullopt;
  if (op == "<") return *sign < 0;
  if (op == "<=") return *sign <= 0;
  if (op == ">") return *sign > 0;
  if (op == ">=") return *sign >= 0;
  return std::nullopt;
}

}  // namespace mlint::py
