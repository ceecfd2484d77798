#include "analyzer/operation/print_expression.h"

#include "analyzer/operation/printer.h"

namespace mlint {
namespace {

template <class List, class Print>
std::string join(const List& list, std::string_view between, Print print) {
  std::string out;
  for (const auto& item : list) {
    if (!out.empty()) out += between;
    out += print(item);
  }
  return out;
}

std::string arguments(const Expr& expr, std::string_view between = ", ") {
  return join(expr.arguments, between, print_expression);
}

std::string operand(const Expr& expr, std::size_t index) {
  return index < expr.arguments.size() ? print_expression(expr.arguments[index]) : std::string();
}

std::string print_constant(const Expr& expr) {
  if (expr.type.name.name == "unknown") return print_literal(expr.name);
  if (expr.type.name.name == "bit") return "B" + print_literal(expr.name.empty() ? "" : expr.name.substr(1));
  return expr.name;
}

std::string print_operator(const Expr& expr) {
  if (expr.arguments.size() == 1) return expr.name + operand(expr, 0);
  return operand(expr, 0) + " " + expr.name + " " + operand(expr, 1);
}

std::string print_case(const Expr& expr) {
  std::size_t next = expr.name == "simple" ? 1 : 0;
  std::string out = "CASE" + (next == 1 ? " " + operand(expr, 0) : std::string());
  for (; next + 1 < expr.arguments.size(); next += 2) {
    out += " WHEN " + operand(expr, next) + " THEN " + operand(expr, next + 1);
  }
  if (next < expr.arguments.size()) out += " ELSE " + operand(expr, next);
  return out + " END";
}

std::string print_subquery(const Expr& expr) {
  const std::string query = "(" + (expr.query != nullptr ? print_query(*expr.query) : std::string()) + ")";
  if (expr.name == "ANY" && !expr.arguments.empty()) return operand(expr, 0) + " IN " + query;
  return expr.name.empty() ? query : expr.name + " " + query;
}

std::string print_list_test(const Expr& expr) {
  std::string out;
  for (std::size_t i = 1; i < expr.arguments.size(); ++i) out += (i > 1 ? ", " : "") + operand(expr, i);
  return operand(expr, 0) + " " + expr.name + " (" + out + ")";
}

}  // namespace

std::string print_name(const QualifiedName& name) {
  return name.schema.empty() ? quote_always(name.name) : quote_always(name.schema) + "." + quote_always(name.name);
}

std::string print_columns(const std::vector<std::string>& columns) {
  return join(columns, ", ", [](const std::string& column) { return quote_always(column); });
}

std::string print_literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

std::string print_options(const Options& options) {
  return join(options, ", ", [](const auto& option) {
    return option.second.empty() ? option.first : option.first + " = " + option.second;
  });
}

std::string print_type(const TypeName& type) {
  if (!type.text.empty()) return type.text;
  std::string out = type.name.schema == "pg_catalog" ? type.name.name : quote_ident(type.name);
  std::string modifiers = join(type.modifiers, ",", [](std::int32_t value) { return std::to_string(value); });
  if (modifiers.empty()) modifiers = join(type.text_modifiers, ",", [](const std::string& text) { return text; });
  if (!modifiers.empty()) out += "(" + modifiers + ")";
  for (std::uint32_t i = 0; i < type.array_dimensions; ++i) out += "[]";
  return out;
}

std::string print_expression(const Expr& expr) {
  using Kind = Expr::Kind;
  if (!expr.text.empty()) return expr.text;
  switch (expr.kind) {
    case Kind::constant:
      return print_constant(expr);
    case Kind::column: {
      const std::string name = expr.name == "*" ? "*" : quote_always(expr.name);
      return expr.schema.empty() ? name : quote_always(expr.schema) + "." + name;
    }
    case Kind::call:
      return quote_ident(QualifiedName{expr.schema, expr.name}) + "(" + arguments(expr) + ")";
    case Kind::operator_:
      return print_operator(expr);
    case Kind::cast:
      return operand(expr, 0) + "::" + print_type(expr.type);
    case Kind::and_:
      return "(" + arguments(expr, " AND ") + ")";
    case Kind::or_:
      return "(" + arguments(expr, " OR ") + ")";
    case Kind::not_:
      return "NOT (" + operand(expr, 0) + ")";
    case Kind::is_null:
      return operand(expr, 0) + " IS NULL";
    case Kind::is_not_null:
      return operand(expr, 0) + " IS NOT NULL";
    case Kind::in_:
      return print_list_test(expr);
    case Kind::between:
      return operand(expr, 0) + " " + expr.name + " " + operand(expr, 1) + " AND " + operand(expr, 2);
    case Kind::boolean_test:
      return operand(expr, 0) + " " + expr.name;
    case Kind::distinct:
      return operand(expr, 0) + " " + expr.name + " " + operand(expr, 1);
    case Kind::keyword:
      return expr.name;
    case Kind::case_:
      return print_case(expr);
    case Kind::coalesce:
      return "COALESCE(" + arguments(expr) + ")";
    case Kind::nullif:
      return "NULLIF(" + arguments(expr) + ")";
    case Kind::min_max:
      return expr.name + "(" + arguments(expr) + ")";
    case Kind::array:
      return "ARRAY[" + arguments(expr) + "]";
    case Kind::row:
      return "ROW(" + arguments(expr) + ")";
    case Kind::subscript:
      return operand(expr, 0) + "[" + (expr.arguments.size() > 2 ? operand(expr, 1) + ":" : std::string()) +
             operand(expr, expr.arguments.size() > 2 ? 2 : 1) + "]";
    case Kind::field:
      return "(" + operand(expr, 0) + ")." + quote_ident(expr.name);
    case Kind::collate:
      return operand(expr, 0) + " COLLATE " + print_name(QualifiedName{expr.schema, expr.name});
    case Kind::subquery:
      return print_subquery(expr);
    case Kind::parameter:
      return expr.name;
    case Kind::named:
      return quote_ident(expr.name) + " => " + operand(expr, 0);
    case Kind::other:
      return expr.name + "(" + arguments(expr) + ")";
  }
  return {};
}

namespace {

std::string print_relation(const RelationRef& relation) {
  std::string out = (relation.only ? "ONLY " : "") + print_name(relation.name);
  return relation.alias.empty() ? out : out + " AS " + quote_always(relation.alias);
}

std::string print_rows(const Query& query) {
  return "VALUES " + join(query.rows, ", ",
                          [](const std::vector<Expr>& row) { return "(" + join(row, ", ", print_expression) + ")"; });
}

std::string print_insert(const Query& query) {
  std::string out = "INSERT INTO " + print_relation(*query.target);
  if (!query.columns.empty()) out += " (" + print_columns(query.columns) + ")";
  if (!query.rows.empty()) return out + " " + print_rows(query);
  if (query.subqueries.empty()) return out + " DEFAULT VALUES";
  return out + " " + print_query(*query.subqueries.back());
}

std::string print_update(const Query& query) {
  return "UPDATE " + print_relation(*query.target) + " SET " +
         join(query.assignments, ", ", [](const Query::Assignment& assignment) {
           return quote_always(assignment.column) + " = " + print_expression(assignment.value);
         });
}

std::string print_select(const Query& query) {
  if (query.outputs.empty() && !query.subqueries.empty()) {
    return join(query.subqueries, " UNION ", [](const auto& arm) { return arm ? print_query(*arm) : std::string(); });
  }
  std::string out = "SELECT " + join(query.outputs, ", ", print_expression);
  if (!query.from.empty()) out += " FROM " + join(query.from, ", ", print_relation);
  return out;
}

}  // namespace

std::string print_query(const Query& query) {
  using Kind = Query::Kind;
  std::string out;
  switch (query.kind) {
    case Kind::select:
      out = print_select(query);
      break;
    case Kind::values:
      out = print_rows(query);
      break;
    case Kind::insert:
      out = query.target ? print_insert(query) : "INSERT";
      break;
    case Kind::update:
      out = query.target ? print_update(query) : "UPDATE";
      break;
    case Kind::delete_:
      out = "DELETE FROM " + (query.target ? print_relation(*query.target) : std::string());
      break;
    case Kind::merge:
      out = "MERGE INTO " + (query.target ? print_relation(*query.target) : std::string());
      break;
  }
  if (query.where) out += " WHERE " + print_expression(*query.where);
  return out;
}

}  // namespace mlint
