#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "analyzer/effect/doubt.h"
#include "analyzer/schema/expressions.h"

// What the functions that a statement calls leave behind.
namespace mlint {
namespace {

constexpr std::size_t bodies_limit = 32;

std::vector<QualifiedName> called_by(const Operation& operation) {
  std::vector<QualifiedName> names;
  const auto note = [&](const Expr& node) {
    if (node.kind == Expr::Kind::call) names.push_back({node.schema, node.name});
  };
  if (const auto* call = operation.as<Call>()) names.push_back(call->function);
  if (const auto* dml = operation.as<Dml>(); dml && dml->query) for_each_expression(*dml->query, note);
  return names;
}

sql::ParsedSql body_of(const CreateFunction& function) {
  sql::ParsedSql body;
  if (function.sql.empty() && function.language == "plpgsql") return sql::parse_plpgsql(function.body);
  if (function.sql.empty() && function.language == "sql") return sql::parse(function.body);
  for (const auto& query : function.sql) {
    sql::ParsedStatement& statement = body.statements.emplace_back();
    statement.operations.emplace_back();
    statement.operations.back().kind = Dml{query};
  }
  return body;
}

void for_each_called(const Schema& schema, const Operation& operation,
                     const std::function<void(const Operation&, const sql::ParsedStatement&)>& visit) {
  if (!schema.has_functions() || (operation.explain && !operation.explain_analyze)) return;
  std::vector<QualifiedName> waiting = called_by(operation);
  std::set<const FunctionState*> seen;
  while (!waiting.empty()) {
    const QualifiedName name = std::move(waiting.back());
    waiting.pop_back();
    for (const FunctionState* function : schema.functions(name)) {
      if (seen.size() >= bodies_limit || !seen.insert(function).second) continue;
      const sql::ParsedSql body = body_of(function->definition);
      for (const sql::ParsedStatement& statement : body.statements) {
        for (const Operation& inner : statement.operations) {
          visit(inner, statement);
          for (QualifiedName& called : called_by(inner)) waiting.push_back(std::move(called));
        }
      }
    }
  }
}

}  // namespace

bool calls_known(const Schema& schema, const Operation& operation) {
  if (!schema.has_functions()) return false;
  const std::vector<QualifiedName> names = called_by(operation);
  return std::any_of(names.begin(), names.end(), [&](const QualifiedName& name) { return schema.find_function(name); });
}

void apply_called(Schema& schema, const Operation& operation, int version, const RunVisitor& visit) {
  if (!schema.has_functions()) return;
  const Schema before = schema;
  for_each_called(before, operation, [&](const Operation& inner, const sql::ParsedStatement& statement) {
    if (visit) visit(inner, before, false);
    apply_in_doubt(schema, inner, statement.shape, version);
  });
}

}  // namespace mlint
