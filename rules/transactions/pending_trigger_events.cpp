#include <map>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_pending_trigger_events {

static bool is_deferred_key(const ConstraintState& constraint) {
  return constraint.definition.kind == Constraint::Kind::foreign_key && constraint.definition.initially_deferred;
}

// Tables that have trigger events queued after this change of rows.
static std::vector<QualifiedName> queued_by(const Statement& statement, const Schema& before) {
  const auto* dml = statement.operation.as<Dml>();
  std::vector<QualifiedName> tables;
  if (dml == nullptr || !dml->query || !dml->query->target || dml->query->kind == Query::Kind::select) return tables;
  const QualifiedName table = before.resolve(dml->query->target->name);
  const Relation* relation = before.find(table);
  if (relation == nullptr) return tables;
  const bool deletes = dml->query->kind == Query::Kind::delete_;
  if (deletes)
    for (const auto& [child, key] : before.referencing(table))
      if (is_deferred_key(*key)) return {table};
  for (const ConstraintState& constraint : relation->constraints) {
    if (deletes || !is_deferred_key(constraint)) continue;
    bool touched = dml->query->kind == Query::Kind::insert;
    for (const Query::Assignment& assignment : dml->query->assignments)
      for (const std::string& column : constraint.definition.columns) touched = touched || assignment.column == column;
    if (touched) return {table};
  }
  return tables;
}

static QualifiedName altered_table(const Statement& statement, const Schema& before) {
  if (const auto* alter = statement.operation.as<AlterTable>()) return before.resolve(alter->name);
  if (const auto* index = statement.operation.as<CreateIndex>()) return before.resolve(index->table);
  if (const auto* rename = statement.operation.as<Rename>(); rename && rename->kind == ObjectKind::table) return {};
  if (const auto* truncate = statement.operation.as<Truncate>(); truncate && !truncate->tables.empty())
    return before.resolve(truncate->tables.front().name);
  if (const auto* drop = statement.operation.as<Drop>();
      drop && drop->kind == ObjectKind::table && !drop->names.empty())
    return before.resolve(drop->names.front());
  return {};
}

static void check(const MigrationView& view, Reporter& reporter) {
  std::map<std::pair<std::uint32_t, QualifiedName>, const Statement*> queued;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const Statement& statement = view.statements[i];
    if (!statement.transaction) continue;
    const auto* set = statement.operation.as<SetConstraints>();
    if (set != nullptr && set->names.empty() && !set->deferred) queued.clear();
    for (const QualifiedName& table : queued_by(statement, view.before_statement[i]))
      queued.try_emplace({*statement.transaction, table}, &statement);
    const QualifiedName table = altered_table(statement, view.before_statement[i]);
    const auto found = queued.find({*statement.transaction, table});
    if (table.name.empty() || found == queued.end()) continue;
    Finding finding;
    finding.location = statement.location;
    finding.labels.push_back({found->second->location, {}, "rows are changed here"});
    finding.message = "this fails when the change above touched a row: " + ticked(table) +
                      " has pending trigger events of a deferred foreign key in this transaction";
    finding.help = "change the rows in a migration of their own, or SET CONSTRAINTS ALL IMMEDIATE in between";
    finding.statement = statement.index;
    finding.subject = subject_of(table, "pending");
    reporter.add(std::move(finding));
    queued.erase(found);
  }
}

}  // namespace of_pending_trigger_events

constexpr Rule pending_trigger_events{
    .info = {.code = "ML510",
             .name = "pending-trigger-events",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "Rows are changed and the same table is altered in one transaction, while deferred "
                        "foreign keys wait.",
             .effect = "The server refuses the ALTER with \"cannot ALTER TABLE because it has pending trigger "
                       "events\".",
             .instead = "Change rows and schema in separate migrations, or SET CONSTRAINTS ALL IMMEDIATE in "
                        "between.",
             .silent_when = "The changes stand in separate transactions, or SET CONSTRAINTS ALL IMMEDIATE stands "
                            "between them."},
    .on_migration = of_pending_trigger_events::check,
};

}  // namespace mlint::rules
