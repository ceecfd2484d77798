#include "analyzer/schema/implication.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <utility>

#include "analyzer/schema/expressions.h"

namespace mlint {
namespace {

// A condition as predtest.c sees it: NOT pushed down, IN and BETWEEN taken apart.
struct Condition {
  enum class Kind : std::uint8_t { all, any, is_null, is_not_null, compare, other } kind = Kind::other;
  std::vector<Condition> parts;
  std::string column;
  std::string op;              // of compare: < <= = >= > <>
  std::string constant;        // its literal
  const Expr* expr = nullptr;  // of other
  bool negated = false;        // of other
};

constexpr int condition_depth_limit = 200;
constexpr std::size_t in_list_limit = 100;  // MAX_SAOP_ARRAY_SIZE

const Expr& strip_casts(const Expr& expression) {
  const Expr* e = &expression;
  for (int i = 0; i < condition_depth_limit; ++i) {
    if ((e->kind != Expr::Kind::cast && e->kind != Expr::Kind::collate) || e->arguments.empty()) break;
    e = &e->arguments[0];
  }
  return *e;
}

// String literals keep a quote in front: '10' < '9' for text.
std::optional<std::string> constant_of(const Expr& expression) {
  const Expr& e = strip_casts(expression);
  if (e.kind == Expr::Kind::constant && e.type.name.name != "null")
    return e.type.name.name == "unknown" ? "'" + e.name : e.name;
  if (e.kind == Expr::Kind::operator_ && e.name == "-" && e.arguments.size() == 1) {
    const std::optional<std::string> inner = constant_of(e.arguments[0]);
    if (inner && !inner->empty() && (*inner)[0] != '-' && (*inner)[0] != '\'') return "-" + *inner;
  }
  return std::nullopt;
}

// Not NULL::int: IS DISTINCT FROM that is no null test (measured on PostgreSQL 15).
bool is_bare_null(const Expr& e) { return e.kind == Expr::Kind::constant && e.type.name.name == "null"; }

// The server writes varchar's column as (c)::text; any other cast may make another value of it.
std::optional<std::string> column_of(const Expr& expression) {
  const Expr* e = &expression;
  for (int i = 0; i < condition_depth_limit && !e->arguments.empty(); ++i) {
    const bool text = e->kind == Expr::Kind::cast && e->type.name.name == "text" && e->type.array_dimensions == 0;
    if (!text && e->kind != Expr::Kind::collate) break;
    e = &e->arguments[0];
  }
  if (e->kind == Expr::Kind::column) return e->name;
  return std::nullopt;
}

std::string commuted(std::string_view op) {
  if (op == "<") return ">";
  if (op == "<=") return ">=";
  if (op == ">") return "<";
  if (op == ">=") return "<=";
  return std::string(op);
}

std::string negated_operator(std::string_view op) {
  if (op == "<") return ">=";
  if (op == "<=") return ">";
  if (op == ">") return "<=";
  if (op == ">=") return "<";
  return op == "=" ? "<>" : "=";
}

bool is_comparison(std::string_view op) {
  return op == "<" || op == "<=" || op == "=" || op == ">=" || op == ">" || op == "<>" || op == "!=";
}

Condition other(const Expr& e, bool negate) {
  Condition c;
  c.expr = &e;
  c.negated = negate;
  return c;
}

Condition compare(const Expr& e, const Expr& left, std::string op, const Expr& right, bool negate) {
  if (op == "!=") op = "<>";
  auto column = column_of(left);
  auto constant = constant_of(right);
  if (!column || !constant) {
    column = column_of(right);
    constant = constant_of(left);
    op = commuted(op);
  }
  if (!column || !constant) return other(e, negate);
  Condition c;
  c.kind = Condition::Kind::compare;
  c.column = *column;
  c.op = negate ? negated_operator(op) : op;
  c.constant = *constant;
  return c;
}

Condition null_test(const Expr& e, const Expr& operand, bool is_null, bool negate) {
  if (operand.kind == Expr::Kind::row && !negate && !operand.arguments.empty()) {  // a test of each field
    Condition c;
    c.kind = Condition::Kind::all;
    for (const Expr& field : operand.arguments) {
      if (field.kind == Expr::Kind::row) return other(e, negate);  // whose own fields are not looked into
      c.parts.push_back(null_test(e, field, is_null, false));
    }
    return c;
  }
  if (operand.kind != Expr::Kind::column) return other(e, negate);
  Condition c;
  c.kind = is_null != negate ? Condition::Kind::is_null : Condition::Kind::is_not_null;
  c.column = operand.name;
  return c;
}

Condition condition_of(const Expr& e, bool negate, int depth);

Condition list_of(const Expr& e, bool all, bool negate, int depth) {
  Condition c;
  c.kind = all != negate ? Condition::Kind::all : Condition::Kind::any;
  for (const Expr& argument : e.arguments) {
    // simplify_or_arguments, simplify_and_arguments: true adds nothing to AND, false nothing to OR.
    const Expr& constant = strip_casts(argument);
    if (constant.kind == Expr::Kind::constant && constant.type.name.name == "bool" &&
        ((constant.name == "true") != negate) == (c.kind == Condition::Kind::all))
      continue;
    c.parts.push_back(condition_of(argument, negate, depth + 1));
  }
  return c;
}

Condition in_list(const Expr& e, bool negate) {
  const bool not_in = e.name.starts_with("NOT");
  if (e.arguments.size() < 2 || e.arguments.size() > in_list_limit) return other(e, negate);
  Condition c;
  c.kind = not_in != negate ? Condition::Kind::all : Condition::Kind::any;
  for (std::size_t i = 1; i < e.arguments.size(); ++i)
    c.parts.push_back(compare(e, e.arguments[0], "=", e.arguments[i], not_in != negate));
  return c;
}

Condition between(const Expr& e, bool negate) {
  if (e.arguments.size() != 3 || e.name.find("SYMMETRIC") != std::string::npos) return other(e, negate);
  const bool outside = e.name.starts_with("NOT") != negate;
  Condition c;
  c.kind = outside ? Condition::Kind::any : Condition::Kind::all;
  c.parts.push_back(compare(e, e.arguments[0], ">=", e.arguments[1], outside));
  c.parts.push_back(compare(e, e.arguments[0], "<=", e.arguments[2], outside));
  return c;
}

// = ANY (ARRAY[…]), <> ALL (ARRAY[…]).
Condition over_array(const Expr& e, bool negate) {
  const Expr& over = e.arguments[1];
  const Expr& list = over.arguments.size() == 1 ? strip_casts(over.arguments[0]) : over;
  const bool fits = list.kind == Expr::Kind::array && !list.arguments.empty() &&
                    list.arguments.size() <= in_list_limit && is_comparison(e.name);
  if (!fits) return other(e, negate);
  Condition c;
  c.kind = (over.name == "ALL") != negate ? Condition::Kind::all : Condition::Kind::any;
  for (const Expr& element : list.arguments) c.parts.push_back(compare(e, e.arguments[0], e.name, element, negate));
  return c;
}

Condition condition_of(const Expr& e, bool negate, int depth) {
  if (depth > condition_depth_limit) return other(e, negate);
  switch (e.kind) {
    case Expr::Kind::and_:
      return list_of(e, true, negate, depth);
    case Expr::Kind::or_:
      return list_of(e, false, negate, depth);
    case Expr::Kind::not_:
      return e.arguments.empty() ? other(e, negate) : condition_of(e.arguments[0], !negate, depth + 1);
    case Expr::Kind::is_null:
    case Expr::Kind::is_not_null:
      return e.arguments.empty() ? other(e, negate)
                                 : null_test(e, e.arguments[0], e.kind == Expr::Kind::is_null, negate);
    case Expr::Kind::distinct: {  // the parser makes IS DISTINCT FROM NULL a null test
      if (e.arguments.size() != 2) return other(e, negate);
      const bool right = is_bare_null(e.arguments[1]);
      if (!right && !is_bare_null(e.arguments[0])) return other(e, negate);
      return null_test(e, e.arguments[right ? 0 : 1], e.name.find("NOT") != std::string::npos, negate);
    }
    case Expr::Kind::in_:
      return in_list(e, negate);
    case Expr::Kind::between:
      return between(e, negate);
    case Expr::Kind::case_: {  // decided by constants
      const std::vector<const Expr*> live = live_arguments(e);
      return live.size() == 1 ? condition_of(*live[0], negate, depth + 1) : other(e, negate);
    }
    case Expr::Kind::operator_:
      // simplify_boolean_equality
      if (e.arguments.size() == 2 && (e.name == "=" || e.name == "<>")) {
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
          const Expr& constant = strip_casts(e.arguments[side]);
          if (constant.kind != Expr::Kind::constant || constant.type.name.name != "bool") continue;
          const bool same = (constant.name == "true") == (e.name == "=");
          return condition_of(e.arguments[1 - side], negate == same, depth + 1);
        }
      }
      if (e.arguments.size() == 2 && e.arguments[1].kind == Expr::Kind::other &&
          (e.arguments[1].name == "ANY" || e.arguments[1].name == "ALL"))
        return over_array(e, negate);
      if (e.arguments.size() == 2 && is_comparison(e.name))
        return compare(e, e.arguments[0], e.name, e.arguments[1], negate);
      return other(e, negate);
    default:
      return other(e, negate);
  }
}

// -1, 0, 1 where the order of two literals is certain whatever the collation: integers, and ISO dates and times of one
// form. Other literals are only known to be equal.
std::optional<int> order(const std::string& a, const std::string& b) {
  if (a == b) return 0;
  const auto integer = [](const std::string& text) {
    const std::size_t begin = text.starts_with("-") ? 1 : 0;
    if (text.size() == begin || text.size() > begin + 18) return false;
    for (std::size_t i = begin; i < text.size(); ++i)
      if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) return false;
    return true;
  };
  if (integer(a) && integer(b)) {
    const long long x = std::stoll(a), y = std::stoll(b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const auto iso = [](const std::string& text) {
    if (text.size() < 11 || text[0] != '\'' || text[5] != '-' || text[8] != '-') return false;
    for (const char c : std::string_view(text).substr(1))
      if (std::isdigit(static_cast<unsigned char>(c)) == 0 && c != '-' && c != ':' && c != ' ' && c != '.')
        return false;
    return true;
  };
  if (iso(a) && iso(b) && a.size() == b.size()) return a < b ? -1 : 1;
  return std::nullopt;
}

// BT_implic_table of predtest.c: does `x clause a` imply `x predicate b`?
bool comparison_implies(const Condition& clause, const Condition& predicate) {
  if (clause.column != predicate.column) return false;
  const std::optional<int> sign = order(clause.constant, predicate.constant);
  if (!sign) return false;
  const std::string &c = clause.op, &p = predicate.op;
  if (*sign == 0 && c == p) return true;
  const bool low = c == ">" || c == ">=", high = c == "<" || c == "<=";
  if (p == ">") return (c == "=" && *sign > 0) || (c == ">" && *sign >= 0) || (c == ">=" && *sign > 0);
  if (p == ">=") return (c == "=" || low) && *sign >= 0;
  if (p == "<") return (c == "=" && *sign < 0) || (c == "<" && *sign <= 0) || (c == "<=" && *sign < 0);
  if (p == "<=") return (c == "=" || high) && *sign <= 0;
  if (p == "<>")
    return (c == "=" && *sign != 0) || (c == ">" && *sign >= 0) || (c == ">=" && *sign > 0) ||
           (c == "<" && *sign <= 0) || (c == "<=" && *sign < 0);
  return false;
}

bool atom_implies(const Condition& clause, const Condition& predicate) {
  using Kind = Condition::Kind;
  if (clause.kind != predicate.kind) return false;
  switch (predicate.kind) {
    case Kind::is_null:
    case Kind::is_not_null:
      return clause.column == predicate.column;
    case Kind::compare:
      return comparison_implies(clause, predicate);
    default:
      return clause.negated == predicate.negated && clause.expr && predicate.expr &&
             same_expression(*clause.expr, *predicate.expr);
  }
}

// predicate_implied_by_recurse, weak: true or unknown here means true or unknown there.
bool implies(const Condition& clause, const Condition& predicate, int depth) {
  using Kind = Condition::Kind;
  if (depth > condition_depth_limit) return false;
  const auto every = [&](const std::vector<Condition>& parts, auto test) {
    for (const Condition& part : parts)
      if (!test(part)) return false;
    return true;
  };
  const auto some = [&](const std::vector<Condition>& parts, auto test) {
    for (const Condition& part : parts)
      if (test(part)) return true;
    return false;
  };
  if (predicate.kind == Kind::all)
    return every(predicate.parts, [&](const Condition& p) { return implies(clause, p, depth + 1); });
  if (clause.kind == Kind::any)
    return every(clause.parts, [&](const Condition& c) { return implies(c, predicate, depth + 1); });
  if (predicate.kind == Kind::any &&
      some(predicate.parts, [&](const Condition& p) { return implies(clause, p, depth + 1); }))
    return true;
  if (clause.kind == Kind::all)
    return some(clause.parts, [&](const Condition& c) { return implies(c, predicate, depth + 1); });
  return predicate.kind != Kind::any && atom_implies(clause, predicate);
}

Condition constraints_of(const Relation& table, bool with_not_null, const std::vector<std::string>& without = {}) {
  Condition all;
  all.kind = Condition::Kind::all;
  for (const ConstraintState& constraint : table.constraints) {
    const Constraint& c = constraint.definition;
    if (std::find(without.begin(), without.end(), c.name) != without.end()) continue;
    if (c.kind == Constraint::Kind::check && constraint.valid && c.enforced && c.expression)
      all.parts.push_back(condition_of(*c.expression, false, 0));
  }
  if (!with_not_null) return all;
  for (const ColumnState& column : table.columns) {
    if (column.not_null != Known::yes || !column.not_null_valid) continue;
    Condition c;
    c.kind = Condition::Kind::is_not_null;
    c.column = column.name;
    all.parts.push_back(std::move(c));
  }
  return all;
}

Condition atom(Condition::Kind kind, const std::string& column, std::string op = {}, std::string constant = {}) {
  Condition c;
  c.kind = kind;
  c.column = column;
  c.op = std::move(op);
  c.constant = std::move(constant);
  return c;
}

// get_qual_from_partbound for keys of one column; absent: not expressible here (hash, several columns, expressions).
std::optional<Condition> bound_condition(const PartitionKey& key, const PartitionBound& bound) {
  using Kind = Condition::Kind;
  if (bound.is_default || key.elements.size() != 1 || key.elements[0].column.empty()) return std::nullopt;
  const std::string& column = key.elements[0].column;
  Condition all;
  all.kind = Kind::all;
  if (key.strategy == PartitionKey::Strategy::range) {
    if (bound.from.size() != 1 || bound.to.size() != 1) return std::nullopt;
    all.parts.push_back(atom(Kind::is_not_null, column));
    if (bound.from[0].kind != Expr::Kind::keyword) {
      const auto low = constant_of(bound.from[0]);
      if (!low) return std::nullopt;
      all.parts.push_back(atom(Kind::compare, column, ">=", *low));
    }
    if (bound.to[0].kind != Expr::Kind::keyword) {
      const auto high = constant_of(bound.to[0]);
      if (!high) return std::nullopt;
      all.parts.push_back(atom(Kind::compare, column, "<", *high));
    }
    return all;
  }
  if (key.strategy != PartitionKey::Strategy::list) return std::nullopt;
  Condition any;
  any.kind = Kind::any;
  bool null = false;
  for (const Expr& value : bound.values) {
    if (is_bare_null(value)) {
      null = true;
      continue;
    }
    const auto constant = constant_of(value);
    if (!constant) return std::nullopt;
    any.parts.push_back(atom(Kind::compare, column, "=", *constant));
  }
  if (null) {
    any.parts.push_back(atom(Kind::is_null, column));
    return any;
  }
  all.parts.push_back(atom(Kind::is_not_null, column));
  all.parts.push_back(std::move(any));
  return all;
}

Condition negated(const Condition& condition, int depth = 0) {
  using Kind = Condition::Kind;
  Condition result = condition;
  switch (condition.kind) {
    case Kind::all:
    case Kind::any:
      result.kind = condition.kind == Kind::all ? Kind::any : Kind::all;
      for (Condition& part : result.parts)
        if (depth < condition_depth_limit) part = negated(part, depth + 1);
      break;
    case Kind::is_null:
      result.kind = Kind::is_not_null;
      break;
    case Kind::is_not_null:
      result.kind = Kind::is_null;
      break;
    case Kind::compare:
      result.op = negated_operator(condition.op);
      break;
    case Kind::other:
      result.negated = !condition.negated;
      break;
  }
  return result;
}

}  // namespace

bool proves_not_null(const Relation& table, std::string_view column, const Schema& schema,
                     const std::vector<std::string>& without, bool dropped) {
  const ColumnState* state = table.column(column);
  if (!dropped && state && state->not_null == Known::yes && state->not_null_valid) return true;
  // IS NOT NULL of a row asks about its fields (argisrow), which is another question.
  if (state && state->type.array_dimensions == 0) {
    const TypeState* type = schema.find_type(state->type.name);
    if (type ? type->kind == TypeState::Kind::composite : schema.find(state->type.name) != nullptr) return false;
  }
  return implies(constraints_of(table, false, without), atom(Condition::Kind::is_not_null, std::string(column)), 0);
}

bool proves_partition_bound(const Relation& partition, const PartitionKey& key, const PartitionBound& bound) {
  const std::optional<Condition> condition = bound_condition(key, bound);
  return condition && implies(constraints_of(partition, true), *condition, 0);
}

bool excludes_partition_bound(const Relation& default_partition, const PartitionKey& key, const PartitionBound& bound) {
  const std::optional<Condition> condition = bound_condition(key, bound);
  return condition && implies(constraints_of(default_partition, true), negated(*condition), 0);
}

bool proves_check(const Relation& table, const Expr& check) {
  return implies(constraints_of(table, true), condition_of(check, false, 0), 0);
}

// What implies() asks of single conditions is of the same column or the same text, so that it holds of true as it does
// of true or unknown; NOT, IN and BETWEEN are taken apart into what is equal to them in three values.
bool selects_within(const Expr& narrow, const Expr& wide) {
  return implies(condition_of(narrow, false, 0), condition_of(wide, false, 0), 0);
}

}  // namespace mlint
