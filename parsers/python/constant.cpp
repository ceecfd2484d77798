#include "parsers/python/constant.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <cmath>
#include <set>

#include "parsers/python/format.h"

namespace mlint::py {

namespace {

bool all_constant(const Values& values) { return std::all_of(values.begin(), values.end(), is_constant); }

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

std::optional<Kind> merge(Dict& left, Dict& right) {
  Dict result = std::move(left);
  for (auto& [key, value] : right.items) {
    const auto same = std::find_if(result.items.begin(), result.items.end(),
                                   [&k = key](const auto& item) { return equal(item.first, k).value_or(false); });
    if (same == result.items.end()) {
      result.items.emplace_back(std::move(key), std::move(value));
    } else {
      same->second = std::move(value);
    }
  }
  return result;
}

std::optional<double> to_double(const Value& value) {
  if (const auto* number = value.as<Float>()) return number->value;
  if (const auto integer = to_int(value)) return static_cast<double>(*integer);
  return std::nullopt;
}

std::optional<Kind> float_operation(std::string_view op, double left, double right) {
  if (op == "+") return Float{left + right};
  if (op == "-") return Float{left - right};
  if (op == "*") return Float{left * right};
  if (op == "/" && right != 0) return Float{left / right};
  return std::nullopt;
}

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
    for (const auto& item : *items)
      if (matches(item)) return true;
  } else {
    return std::nullopt;
  }
  if (unsure) return std::nullopt;
  return false;
}

}  // namespace

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
