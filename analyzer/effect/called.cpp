#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "analyzer/effect/doubt.h"
#include "analyzer/effect/writes.h"
#include "analyzer/schema/expressions.h"

// What the functions that a statement calls leave behind.
namespace mlint {
namespace {

constexpr std::size_t bodies_limit = 32;

using Names = std::vector<QualifiedName>;

// What the triggers of a table run for these events; of any table where its name is not known.
void note_triggers(const Schema& schema, const QualifiedName& table, bool CreateTrigger::*event, Names& names) {
  const auto note = [&](const Relation& relation) {
    for (const TriggerState& trigger : relation.triggers)
      if (trigger.enabled != 'D' && trigger.definition.*event) names.push_back(trigger.definition.function);
  };
  if (!is_unknown(table)) {
    if (const Relation* found = schema.find(table)) note(*found);
    return;
  }
  for (const Relation* any : schema.relations_where([](const Relation& r) { return !r.triggers.empty(); })) note(*any);
}

void note_triggers(const Schema& schema, const Query& query, Names& names) {
  if (query.target) {
    const Writes writes = writes_of(query);
    const QualifiedName& table = query.target->name;
    if (writes.inserts) note_triggers(schema, table, &CreateTrigger::on_insert, names);
    if (writes.updates) note_triggers(schema, table, &CreateTrigger::on_update, names);
    if (writes.deletes) note_triggers(schema, table, &CreateTrigger::on_delete, names);
  }
  for (const auto& inner : query.subqueries)
    if (inner) note_triggers(schema, *inner, names);
}

// The functions that it calls, and those of the triggers that it fires.
Names called_by(const Schema& schema, const Operation& operation) {
  Names names;
  const auto note = [&](const Expr& node) {
    if (node.kind == Expr::Kind::call) names.push_back({node.schema, node.name});
  };
  const auto note_query = [&](const Query& query) {
    for_each_expression(query, note);
    note_triggers(schema, query, names);
  };
  if (const auto* call = operation.as<Call>()) names.push_back(call->function);
  if (const auto* dml = operation.as<Dml>(); dml && dml->query) note_query(*dml->query);
  if (const auto* copy = operation.as<Copy>()) {
    if (copy->query) note_query(*copy->query);
    if (copy->from) note_triggers(schema, copy->table, &CreateTrigger::on_insert, names);
  }
  if (const auto* truncate = operation.as<Truncate>()) {
    for (const RelationRef& table : truncate->tables)
      note_triggers(schema, table.name, &CreateTrigger::on_truncate, names);
  }
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
  Names waiting = called_by(schema, operation);
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
          for (QualifiedName& called : called_by(schema, inner)) waiting.push_back(std::move(called));
        }
        for (const Operation& dynamic : statement.shape) {
          for (QualifiedName& called : called_by(schema, dynamic)) waiting.push_back(std::move(called));
        }
      }
    }
  }
}

}  // namespace

bool calls_known(const Schema& schema, const Operation& operation) {
  if (!schema.has_functions()) return false;
  const Names names = called_by(schema, operation);
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
