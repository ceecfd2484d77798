#include "analyzer/effect/pruning.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

namespace mlint::effect {
namespace {

constexpr int depth_limit = 200;

bool is_column(const Expr& expression, const std::string& column) {
  return expression.kind == Expr::Kind::column && expression.name == column;
}

bool is_null_constant(const Expr& e) { return e.kind == Expr::Kind::constant && e.type.name.name == "null"; }

struct Value {
  int infinity = 0;  // -1 MINVALUE, 1 MAXVALUE
  bool numeric = false;
  double number = 0;
  std::string text;
};

bool looks_like_date(const std::string& s) {
  return s.size() >= 10 && s[4] == '-' && s[7] == '-' &&
         std::all_of(s.begin(), s.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
}

std::string with_time(const std::string& s) { return s.size() == 10 ? s + " 00:00:00" : s; }

// Nothing where the two cannot be compared without knowing the type.
std::optional<int> compare(const Value& a, const Value& b) {
  if (a.infinity != 0 || b.infinity != 0) return a.infinity < b.infinity ? -1 : a.infinity > b.infinity ? 1 : 0;
  if (a.numeric != b.numeric) return std::nullopt;
  if (a.numeric) return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  std::string left = a.text;
  std::string right = b.text;
  if (looks_like_date(left) && looks_like_date(right)) {
    left = with_time(left);
    right = with_time(right);
  }
  const int order = left.compare(right);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::optional<Value> constant_value(const Expr& e, int depth = 0) {
  if (depth > 8) return std::nullopt;
  if (e.kind == Expr::Kind::cast && e.arguments.size() == 1) return constant_value(e.arguments[0], depth + 1);
  if (e.kind == Expr::Kind::keyword && e.name == "MINVALUE") return Value{-1, false, 0, ""};
  if (e.kind == Expr::Kind::keyword && e.name == "MAXVALUE") return Value{1, false, 0, ""};
  if (e.kind == Expr::Kind::operator_ && e.name == "-" && e.arguments.size() == 1) {
    auto value = constant_value(e.arguments[0], depth + 1);
    if (!value || !value->numeric) return std::nullopt;
    value->number = -value->number;
    return value;
  }
  if (e.kind != Expr::Kind::constant || is_null_constant(e)) return std::nullopt;
  Value value;
  const std::string& type = e.type.name.name;
  char* end = nullptr;
  const double number = std::strtod(e.name.c_str(), &end);
  const bool is_number = !e.name.empty() && end == e.name.c_str() + e.name.size();
  value.numeric = is_number && (type == "int4" || type == "int8" || type == "numeric" || type == "unknown");
  value.number = value.numeric ? number : 0;
  value.text = e.name;
  return value;
}

struct Interval {
  Value low{-1, false, 0, ""}, high{1, false, 0, ""};
  bool low_open = false, high_open = false;
};
using Set = std::vector<Interval>;

const Set everything = {Interval{}};

// Negative: before; empty overlap is what is asked. Nothing when it cannot be told.
std::optional<bool> disjoint(const Interval& a, const Interval& b) {
  const auto before = compare(a.high, b.low);
  const auto behind = compare(b.high, a.low);
  if (!before || !behind) return std::nullopt;
  if (*before < 0 || (*before == 0 && (a.high_open || b.low_open))) return true;
  if (*behind < 0 || (*behind == 0 && (b.high_open || a.low_open))) return true;
  return false;
}

Set intersect(const Set& a, const Set& b) {
  Set out;
  for (const Interval& x : a) {
    for (const Interval& y : b) {
      const auto apart = disjoint(x, y);
      if (!apart) return a;  // what cannot be compared narrows nothing
      if (*apart) continue;
      Interval both = x;
      const auto low = compare(x.low, y.low);
      if (low && (*low < 0 || (*low == 0 && y.low_open))) both.low = y.low, both.low_open = y.low_open;
      const auto high = compare(x.high, y.high);
      if (high && (*high > 0 || (*high == 0 && y.high_open))) both.high = y.high, both.high_open = y.high_open;
      out.push_back(both);
    }
  }
  return out;
}

Set from_comparison(std::string_view op, const Value& value) {
  Interval i;
  if (op == "=") {
    i.low = i.high = value;
  } else if (op == "<" || op == "<=") {
    i.high = value;
    i.high_open = op == "<";
  } else if (op == ">" || op == ">=") {
    i.low = value;
    i.low_open = op == ">";
  } else {
    return everything;
  }
  return {i};
}

std::string mirrored(const std::string& op) {
  if (op == "<") return ">";
  if (op == ">") return "<";
  if (op == "<=") return ">=";
  if (op == ">=") return "<=";
  return op;
}

// Values of the column with which the condition can hold; everything where that is not understood.
Set allowed(const Expr& e, const std::string& column, int depth) {
  if (depth > depth_limit) return everything;
  switch (e.kind) {
    case Expr::Kind::and_: {
      Set out = everything;
      for (const Expr& part : e.arguments) out = intersect(out, allowed(part, column, depth + 1));
      return out;
    }
    case Expr::Kind::or_: {
      Set out;
      for (const Expr& part : e.arguments) {
        const Set more = allowed(part, column, depth + 1);
        out.insert(out.end(), more.begin(), more.end());
      }
      return out;
    }
    case Expr::Kind::operator_: {
      if (e.arguments.size() != 2) return everything;
      if (is_column(e.arguments[0], column)) {
        if (const auto value = constant_value(e.arguments[1])) return from_comparison(e.name, *value);
      } else if (is_column(e.arguments[1], column)) {
        if (const auto value = constant_value(e.arguments[0])) return from_comparison(mirrored(e.name), *value);
      }
      return everything;
    }
    case Expr::Kind::in_: {
      if (e.name == "NOT IN" || e.arguments.size() < 2 || !is_column(e.arguments[0], column)) return everything;
      Set out;
      for (std::size_t i = 1; i < e.arguments.size(); ++i) {
        const auto value = constant_value(e.arguments[i]);
        if (!value) return everything;
        out.push_back(from_comparison("=", *value)[0]);
      }
      return out;
    }
    case Expr::Kind::between: {
      if (e.arguments.size() != 3 || e.name.find("NOT") != std::string::npos) return everything;
      if (!is_column(e.arguments[0], column)) return everything;
      const auto low = constant_value(e.arguments[1]);
      const auto high = constant_value(e.arguments[2]);
      if (!low || !high) return everything;
      return intersect(from_comparison(">=", *low), from_comparison("<=", *high));
    }
    default:
      return everything;
  }
}

// The bound as a set over the first key column. Exact only for a key of one column.
std::optional<Set> bound_set(const PartitionKey& key, const PartitionBound& bound) {
  if (bound.is_default || key.strategy == PartitionKey::Strategy::hash) return std::nullopt;
  Set out;
  if (key.strategy == PartitionKey::Strategy::list) {
    for (const Expr& e : bound.values) {
      if (is_null_constant(e)) continue;
      const auto value = constant_value(e);
      if (!value) return std::nullopt;
      out.push_back(from_comparison("=", *value)[0]);
    }
    return out;
  }
  if (bound.from.empty() || bound.to.empty()) return std::nullopt;
  const auto low = constant_value(bound.from[0]);
  const auto high = constant_value(bound.to[0]);
  if (!low || !high) return std::nullopt;
  Interval i;
  i.low = *low;
  i.high = *high;
  i.high_open = key.elements.size() == 1 && high->infinity == 0;
  out.push_back(i);
  return out;
}

bool covers(const Interval& outer, const Interval& inner) {
  const auto low = compare(outer.low, inner.low);
  const auto high = compare(inner.high, outer.high);
  if (!low || !high) return false;
  return (*low < 0 || (*low == 0 && (!outer.low_open || inner.low_open))) &&
         (*high < 0 || (*high == 0 && (!outer.high_open || inner.high_open)));
}

bool overlaps(const Set& a, const Set& b) {
  for (const Interval& x : a) {
    for (const Interval& y : b) {
      const auto apart = disjoint(x, y);
      if (!apart || !*apart) return true;
    }
  }
  return false;
}

}  // namespace

bool may_overlap(const Expr& condition, const PartitionKey& key, const PartitionBound& bound) {
  if (key.elements.empty() || key.elements[0].column.empty()) return true;
  const auto wanted = bound_set(key, bound);
  return !wanted || overlaps(allowed(condition, key.elements[0].column, 0), *wanted);
}

bool may_be_in_default(const Expr& condition, const PartitionKey& key,
                       const std::vector<const PartitionBound*>& others) {
  if (key.elements.size() != 1 || key.elements[0].column.empty()) return true;
  const Set wanted = allowed(condition, key.elements[0].column, 0);
  return !std::all_of(wanted.begin(), wanted.end(), [&](const Interval& interval) {
    return std::any_of(others.begin(), others.end(), [&](const PartitionBound* bound) {
      const auto set = bound_set(key, *bound);
      return set && std::any_of(set->begin(), set->end(), [&](const Interval& i) { return covers(i, interval); });
    });
  });
}

bool may_hold(const Expr& value, const PartitionKey& key, const PartitionBound& bound) {
  const auto wanted = bound_set(key, bound);
  const auto constant = constant_value(value);
  return !wanted || !constant || overlaps(from_comparison("=", *constant), *wanted);
}

}  // namespace mlint::effect
