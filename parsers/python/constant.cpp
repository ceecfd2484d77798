#include "parsers/python/constant.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <cmath>
#include <set>
#include <unordered_set>

#include "parsers/python/format.h"

namespace mlint::py {

namespace {

Values moved(Values& first, Values& second) {
  Values result = std::move(first);
  result.reserve(result.size() + second.size());
  std::move(second.begin(), second.end(), std::back_inserter(result));
  return result;
}

bool contains(const Values& values, const Value& wanted) {
  return std::any_of(values.begin(), values.end(),
                     [&](const Value& item) { return equal(item, wanted).value_or(false); });
}

// Drops later duplicates. Quadratic only among values that are no strings.
Values distinct(Values values) {
  std::set<std::string> strings;
  Values result;
  for (auto& value : values) {
    if (const auto* string = value.as<String>()) {
      if (!strings.insert(string->text).second) continue;
    } else if (values.size() < 2000 && contains(result, value)) {
      continue;
    }
    result.push_back(std::move(value));
  }
  return result;
}

std::optional<Kind> integer_operation(std::string_view op, long long left, long long right) {
  long long result = 0;
  bool overflow = false;
  if (op == "+") {
    overflow = __builtin_add_overflow(left, right, &result);
  } else if (op == "-") {
    overflow = __builtin_sub_overflow(left, right, &result);
  } else if (op == "*") {
    overflow = __builtin_mul_overflow(left, right, &result);
  } else if (op == "//" || op == "%") {
    if (right == 0 || (left == LLONG_MIN && right == -1)) return std::nullopt;
    auto quotient = left / right;
    auto remainder = left % right;
    if (remainder != 0 && (remainder < 0) != (right < 0)) {  // Python floors
      --quotient;
      remainder += right;
    }
    result = op == "%" ? remainder : quotient;
  } else if (op == "**" && right >= 0 && right < 64) {
    result = 1;
    for (long long i = 0; i < right && !overflow; ++i) overflow = __builtin_mul_overflow(result, left, &result);
  } else if (op == "<<" && right >= 0 && right < 62 && left >= 0) {
    overflow = __builtin_mul_overflow(left, 1LL << right, &result);
  } else if (op == "|" && left >= 0 && right >= 0) {
    result = left | right;
  } else {
    return std::nullopt;
  }
  if (overflow) return std::nullopt;
  return Integer{std::to_string(result)};
}

template <class Sequence>
std::optional<Kind> repeat(const Sequence& sequence, long long times, Budget& budget) {
  Sequence result;
  for (long long i = 0; i < times; ++i) {
    for (const auto& item : sequence.items) {
      auto value = copy(item, budget, 1000);
      if (value.template is<Unknown>()) return std::nullopt;
      result.items.push_back(std::move(value));
    }
    if (sequence.items.empty()) break;
  }
  return result;
}

std::optional<Kind> repeat(const String& string, long long times, Budget& budget) {
  String result;
  if (string.text.empty()) return result;
  for (long long i = 0; i < times; ++i) {
    if (!budget.take(string.text.size() + 32)) return std::nullopt;
    result.text += string.text;
    result.map.append(string.map);
  }
  return result;
}

std::optional<Kind> multiply(const Value& left, const Value& right, Budget& budget) {
  const bool count_first = left.is<Integer>();
  const auto times = to_int(count_first ? left : right);
  const auto& sequence = count_first ? right : left;
  if (!times) return std::nullopt;
  if (const auto* string = sequence.as<String>()) return repeat(*string, *times, budget);
  if (const auto* list = sequence.as<List>()) return repeat(*list, *times, budget);
  if (const auto* tuple = sequence.as<Tuple>()) return repeat(*tuple, *times, budget);
  return std::nullopt;
}

std::optional<Kind> concatenate(Value& left, Value& right, Budget& budget) {
  if (auto* first = std::get_if<String>(&left.kind)) {
    auto* second = std::get_if<String>(&right.kind);
    if (second == nullptr || !budget.take(first->text.size() + second->text.size())) return std::nullopt;
    String result = std::move(*first);
    result.text += second->text;
    result.map.append(second->map);
    return result;
  }
  if (auto* first = std::get_if<Bytes>(&left.kind)) {
    const auto* second = right.as<Bytes>();
    if (second == nullptr || !budget.take(first->data.size() + second->data.size())) return std::nullopt;
    return Bytes{first->data + second->data};
  }
  if (auto* first = std::get_if<List>(&left.kind))
    if (auto* second = std::get_if<List>(&right.kind)) return List{moved(first->items, second->items)};
  if (auto* first = std::get_if<Tuple>(&left.kind))
    if (auto* second = std::get_if<Tuple>(&right.kind)) return Tuple{moved(first->items, second->items)};
  return std::nullopt;
}

std::optional<Kind> set_operation(std::string_view op, Set& left, Set& right) {
  if (!all_constant(left.items) || !all_constant(right.items)) return std::nullopt;
  if (op == "|") return Set{distinct(moved(left.items, right.items))};
  if (op != "-" && op != "&") return std::nullopt;
  Set result;
  for (auto& item : left.items)
    if (contains(right.items, item) == (op == "&")) result.items.push_back(std::move(item));
  return result;
}

// Of equal keys the place of the first and the value of the last count.
void put(Dict& dict, Value key, Value value) {
  const auto same = std::find_if(dict.items.begin(), dict.items.end(),
                                 [&](const auto& item) { return equal(item.first, key).value_or(false); });
  if (same == dict.items.end()) {
    dict.items.emplace_back(std::move(key), std::move(value));
  } else {
    same->second = std::move(value);
  }
}

std::optional<Kind> merge(Dict& left, Dict& right) {
  Dict result = std::move(left);
  for (auto& [key, value] : right.items) put(result, std::move(key), std::move(value));
  return result;
}

std::optional<Kind> float_operation(std::string_view op, double left, double right) {
  if (op == "+") return Float{left + right};
  if (op == "-") return Float{left - right};
  if (op == "*") return Float{left * right};
  if (op == "/" && right != 0) return Float{left / right};
  return std::nullopt;
}

}  // namespace

std::optional<double> to_double(const Value& value) {
  if (const auto* number = value.as<Float>()) return number->value;
  if (const auto integer = to_int(value)) return static_cast<double>(*integer);
  return std::nullopt;
}

std::optional<long long> to_int(const Value& value) {
  if (const auto* boolean = value.as<Boolean>()) return boolean->value ? 1 : 0;
  const auto* integer = value.as<Integer>();
  if (integer == nullptr) return std::nullopt;
  long long result = 0;
  const auto* end = integer->digits.data() + integer->digits.size();
  const auto parsed = std::from_chars(integer->digits.data(), end, result);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return result;
}

std::optional<std::span<const Value>> items_of(const Value& value) {
  if (const auto* list = value.as<List>()) return std::span<const Value>(list->items);
  if (const auto* tuple = value.as<Tuple>()) return std::span<const Value>(tuple->items);
  if (const auto* set = value.as<Set>()) return std::span<const Value>(set->items);
  return std::nullopt;
}

std::optional<Kind> binary(std::string_view op, Value& left, Value& right, Budget& budget) {
  if (op == "+")
    if (auto joined = concatenate(left, right, budget)) return joined;
  if (op == "%")
    if (const auto* pattern = left.as<String>()) return percent_format(*pattern, right, budget);
  if (op == "*" && (left.is<Integer>() || right.is<Integer>()) && !(left.is<Integer>() && right.is<Integer>()))
    if (auto repeated = multiply(left, right, budget)) return repeated;
  if (auto* first = std::get_if<Set>(&left.kind))
    if (auto* second = std::get_if<Set>(&right.kind)) return set_operation(op, *first, *second);
  if (auto* first = std::get_if<Dict>(&left.kind))
    if (auto* second = std::get_if<Dict>(&right.kind); second != nullptr && op == "|") return merge(*first, *second);
  const auto first = to_int(left);
  const auto second = to_int(right);
  if (first && second && op != "/") return integer_operation(op, *first, *second);
  const auto one = to_double(left);
  const auto two = to_double(right);
  if (one && two) return float_operation(op, *one, *two);
  return std::nullopt;
}

std::optional<Kind> unary(std::string_view op, const Value& operand) {
  if (op == "not") {
    const auto value = truth(operand);
    if (!value) return std::nullopt;
    return Boolean{!*value};
  }
  if (op != "-" && op != "+") return std::nullopt;
  if (const auto* integer = operand.as<Integer>()) {
    if (op == "+" || integer->digits == "0") return Integer{integer->digits};
    if (integer->digits[0] == '-') return Integer{integer->digits.substr(1)};
    return Integer{"-" + integer->digits};
  }
  if (const auto* number = operand.as<Float>()) return Float{op == "-" ? -number->value : number->value};
  return std::nullopt;
}

void keep_last(Dict& dict) {
  std::unordered_set<std::string_view> texts;
  bool repeated = false;
  std::size_t others = 0;
  for (const auto& [key, value] : dict.items) {
    const auto* text = key.as<String>();
    repeated = repeated || (text != nullptr && !texts.insert(text->text).second);
    others += text == nullptr ? 1 : 0;
  }
  constexpr std::size_t enough = 100;  // keys that are no strings, each compared with each
  if (!repeated && (others < 2 || others > enough)) return;
  Dict result;
  result.items.reserve(dict.items.size());
  for (auto& [key, value] : dict.items) put(result, std::move(key), std::move(value));
  dict = std::move(result);
}

std::optional<Kind> subscript(const Value& base, const Value& index) {
  if (const auto* dict = base.as<Dict>()) {
    const Value* found = nullptr;
    for (const auto& [key, value] : dict->items) {
      const auto same = equal(key, index);
      if (!same) return std::nullopt;
      if (*same) found = &value;
    }
    if (found == nullptr) return std::nullopt;
    return found->clone().kind;
  }
  auto at = to_int(index);
  if (!at) return std::nullopt;
  const auto items = base.is<Set>() ? std::nullopt : items_of(base);
  if (!items) return std::nullopt;
  if (std::any_of(items->begin(), items->end(), [](const Value& item) { return item.is<Starred>(); }))
    return std::nullopt;
  const auto size = static_cast<long long>(items->size());
  if (*at < 0) *at += size;
  if (*at < 0 || *at >= size) return std::nullopt;
  return (*items)[static_cast<std::size_t>(*at)].clone().kind;
}

std::optional<Kind> slice(const Value& base, const Value* from, const Value* to) {
  const auto items = base.is<Set>() ? std::nullopt : items_of(base);
  if (!items) return std::nullopt;
  if (std::any_of(items->begin(), items->end(), [](const Value& item) { return item.is<Starred>(); }))
    return std::nullopt;
  const auto size = static_cast<long long>(items->size());
  const auto bound = [&](const Value* value, long long absent) -> std::optional<long long> {
    if (value == nullptr || value->is<None>()) return absent;
    auto at = to_int(*value);
    if (!at) return std::nullopt;
    if (*at < 0) *at += size;
    return std::clamp(*at, 0LL, size);
  };
  const auto begin = bound(from, 0);
  const auto end = bound(to, size);
  if (!begin || !end) return std::nullopt;
  Values result;
  for (auto i = *begin; i < *end; ++i) result.push_back((*items)[static_cast<std::size_t>(i)].clone());
  if (base.is<Tuple>()) return Tuple{std::move(result)};
  return List{std::move(result)};
}

}  // namespace mlint::py
