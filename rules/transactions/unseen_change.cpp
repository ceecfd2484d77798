#include "rules/transactions/unseen_change.h"

#include <algorithm>

#include "parsers/sql/parse.h"

namespace mlint::rules {
namespace {

bool has_unseen(const sql::ParsedSql& parsed, int depth = 0) {
  for (const sql::ParsedStatement& statement : parsed.statements)
    for (const Operation& operation : statement.operations) {
      if (operation.as<Opaque>() || operation.as<Unparsed>() || operation.as<Call>()) return true;
      const auto* block = operation.as<Do>();
      if (block != nullptr && (depth > 4 || has_unseen(sql::parse_plpgsql(block->body), depth + 1))) return true;
    }
  return false;
}

bool is_unseen(const django::ModelOperation& operation, int depth = 0) {
  if (operation.known_as.empty() || !operation.note.empty() || operation.sql_unread || depth > 20) return true;
  if (std::any_of(operation.sql.begin(), operation.sql.end(),
                  [](const django::SqlText& text) { return has_unseen(text.parsed); }))
    return true;
  if (operation.python && std::any_of(operation.python->sql.begin(), operation.python->sql.end(),
                                      [](const django::PythonSql& sql) { return !sql.constant; }))
    return true;
  return std::any_of(operation.database_operations.begin(), operation.database_operations.end(),
                     [&](const django::ModelOperation& inner) { return is_unseen(inner, depth + 1); });
}

bool is_unseen(const django::Migration& migration) {
  return !migration.operations_known ||
         std::any_of(migration.operations.begin(), migration.operations.end(),
                     [](const django::ModelOperation& operation) { return is_unseen(operation); });
}

}  // namespace

bool follows_unseen_change(const StatementView& view) {
  const MigrationView& migration = view.migration;
  if (migration.migration == nullptr)
    return std::any_of(migration.statements.begin(), migration.statements.end(), [&](const Statement& earlier) {
      return earlier.index < view.statement.index && !earlier.effects.known;
    });
  if (is_unseen(*migration.migration)) return true;
  const django::Graph* graph = migration.project.graph;
  if (graph == nullptr) return false;
  for (const django::MigrationKey& key : graph->order) {
    if (key == migration.migration->key) break;
    const auto node = key.app == migration.app ? graph->nodes.find(key) : graph->nodes.end();
    if (node != graph->nodes.end() && node->second != nullptr && is_unseen(*node->second)) return true;
  }
  return false;
}

}  // namespace mlint::rules
