#include "rules/data/copying_sql.h"

#include <algorithm>
#include <vector>

namespace mlint::rules {
namespace {

// What a query reads of one column, and which outputs of the queries in it hold the column's values.
struct Scope {
  const Query& query;
  const QualifiedName& table;
  const std::string& column;
  const Scope* outer = nullptr;
  std::vector<std::string> carried = {};
};

std::vector<std::string> carried_by(const Query& query, const QualifiedName& table, const std::string& column);

// "b" of `FROM book b`: here or in a query around it.
bool is_called(const Scope& scope, const std::string& qualifier) {
  const auto called = [&](const RelationRef& ref) {
    return means_table(ref.name, scope.table) && (ref.alias.empty() ? ref.name.name : ref.alias) == qualifier;
  };
  const Query& query = scope.query;
  return (query.target && called(*query.target)) || std::any_of(query.from.begin(), query.from.end(), called) ||
         (scope.outer != nullptr && is_called(*scope.outer, qualifier));
}

// Without a qualifier it is the table's for certain where nothing else is read.
bool reads_alone(const Scope& scope) {
  const Query& query = scope.query;
  const bool changes = query.target && query.kind != Query::Kind::insert;
  const std::size_t read = query.from.size() + (changes ? 1 : 0);
  if (read != 1 || !query.subqueries.empty()) return false;
  return means_table(changes ? query.target->name : query.from.front().name, scope.table);
}

bool is_the_column(const Expr& expression, const Scope& scope) {
  if (expression.kind != Expr::Kind::column) return false;
  const bool carried = std::find(scope.carried.begin(), scope.carried.end(), expression.name) != scope.carried.end();
  if (carried && (expression.schema.empty() || !is_called(scope, expression.schema))) return true;
  if (expression.name != scope.column && expression.name != "*") return false;
  return expression.schema.empty() ? reads_alone(scope) : is_called(scope, expression.schema);
}

bool holds_column(const Expr& expression, const Scope& scope) {
  if (is_the_column(expression, scope)) return true;
  if (expression.query) {
    const Query& inner = *expression.query;
    const Scope own{inner, scope.table, scope.column, &scope, carried_by(inner, scope.table, scope.column)};
    for (const Expr& output : inner.outputs)
      if (holds_column(output, own)) return true;
  }
  return std::any_of(expression.arguments.begin(), expression.arguments.end(), [&](const Expr& argument) {
    return (argument.kind != Expr::Kind::column || argument.name != "*") && holds_column(argument, scope);
  });
}

// Of what the queries in it give: CTEs, FROM (…), arms of a UNION.
std::vector<std::string> carried_within(const Query& query, const QualifiedName& table, const std::string& column) {
  std::vector<std::string> names;
  for (const std::shared_ptr<const Query>& part : query.subqueries) {
    if (!part) continue;
    for (std::string& name : carried_by(*part, table, column)) names.push_back(std::move(name));
  }
  return names;
}

// The outputs of a query that hold the column's values; "*" stands for all that it reads.
std::vector<std::string> carried_by(const Query& query, const QualifiedName& table, const std::string& column) {
  const Scope scope{query, table, column, nullptr, carried_within(query, table, column)};
  if (query.outputs.empty()) return scope.carried;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < query.outputs.size(); ++i) {
    const Expr& output = query.outputs[i];
    const bool all = output.kind == Expr::Kind::column && output.name == "*";
    if (all) names.insert(names.end(), scope.carried.begin(), scope.carried.end());
    if (!holds_column(output, scope)) continue;
    names.push_back(all || i >= query.output_names.size() ? column : query.output_names[i]);
  }
  return names;
}

}  // namespace

bool means_table(const QualifiedName& written, const QualifiedName& table) {
  return written.name == table.name &&
         (written.schema.empty() || table.schema.empty() || written.schema == table.schema);
}

bool copies_by_sql(const Operation& operation, const QualifiedName& table, const std::string& column) {
  const auto* dml = operation.as<Dml>();
  if (dml == nullptr || !dml->query || !dml->query->target) return false;
  const Query& query = *dml->query;
  const bool own = means_table(query.target->name, table);
  const Scope scope{query, table, column, nullptr, carried_within(query, table, column)};
  for (const Query::Assignment& assignment : query.assignments)
    if (!(own && assignment.column == column) && holds_column(assignment.value, scope)) return true;
  return !own && query.kind == Query::Kind::insert && !scope.carried.empty();
}

}  // namespace mlint::rules
