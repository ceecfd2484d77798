#include "rules/data/null_row.h"

#include <algorithm>
#include <array>

namespace mlint::rules {
namespace {

// The values that an expression may have: a set of these.
using Values = unsigned;
constexpr Values no = 1, null = 2, yes = 4, any = no | null | yes;

struct OldRow {
  const Relation& table;
  Unit unit;

  bool is_null(std::string_view column) const {
    const ColumnState* state = table.column(column);
    return state != nullptr && unit != 0 && state->added_in == unit && state->not_null == Known::no &&
           state->null_in_old_rows;
  }
};

bool is_comparison(std::string_view name) {
  constexpr std::array<std::string_view, 8> names = {"=", "<>", "!=", "<", ">", "<=", ">=", "~~"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

// NULL in every old row.
bool is_null(const Expr& value, const OldRow& row) {
  if (value.kind == Expr::Kind::column) return row.is_null(value.name);
  if (value.kind == Expr::Kind::cast) return !value.arguments.empty() && is_null(value.arguments.front(), row);
  return value.kind == Expr::Kind::constant && value.type.name.name == "null";
}

Values negated(Values of) { return (of & null) | ((of & yes) != 0 ? no : 0U) | ((of & no) != 0 ? yes : 0U); }

// In the order no, null, yes AND is the least of two and OR the greatest.
Values joined(Values left, Values right, bool all) {
  Values result = 0;
  for (const Values one : {no, null, yes}) {
    for (const Values other : {no, null, yes}) {
      if ((left & one) != 0 && (right & other) != 0) result |= all ? std::min(one, other) : std::max(one, other);
    }
  }
  return result;
}

Values values_of(const Expr& expression, const OldRow& row) {
  using Kind = Expr::Kind;
  const auto& parts = expression.arguments;
  const auto any_null = [&] {
    return std::any_of(parts.begin(), parts.end(), [&](const Expr& it) { return is_null(it, row); });
  };
  switch (expression.kind) {
    case Kind::and_:
    case Kind::or_: {
      const bool all = expression.kind == Kind::and_;
      Values result = all ? yes : no;
      for (const Expr& part : parts) result = joined(result, values_of(part, row), all);
      return result;
    }
    case Kind::not_:
      return parts.size() == 1 ? negated(values_of(parts[0], row)) : any;
    case Kind::is_null:
      return any_null() ? yes : no | yes;
    case Kind::is_not_null:
      return any_null() ? no : no | yes;
    case Kind::operator_:
      return is_comparison(expression.name) && any_null() ? null : any;
    case Kind::in_:
    case Kind::between:
      return !parts.empty() && is_null(parts[0], row) ? null : any;
    case Kind::column:
      return row.is_null(expression.name) ? null : any;
    default:
      return any;
  }
}

}  // namespace

bool holds_for_old_rows(const Constraint& constraint, const Relation& table, Unit unit) {
  const OldRow row{table, unit};
  if (constraint.kind == Constraint::Kind::check) {
    return constraint.expression && (values_of(*constraint.expression, row) & no) == 0;  // NULL passes
  }
  const bool has_null = std::any_of(constraint.columns.begin(), constraint.columns.end(),
                                    [&](const std::string& column) { return row.is_null(column); });
  if (constraint.kind == Constraint::Kind::unique) return has_null && !constraint.nulls_not_distinct;
  if (constraint.kind == Constraint::Kind::foreign_key) return has_null && constraint.columns.size() == 1;
  return false;
}

}  // namespace mlint::rules
