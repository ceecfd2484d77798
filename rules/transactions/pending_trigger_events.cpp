#include <algorithm>
#include <set>

#include "rules/data/data_step.h"
#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_pending_trigger_events {

// A table whose rows a Python function writes, so that deferred checks may wait behind it.
struct Written {
  QualifiedName table;
  std::uint32_t transaction = 0;
  Location location;
};

static bool is_deferred_key(const ConstraintState& constraint) {
  return constraint.definition.kind == Constraint::Kind::foreign_key && constraint.definition.initially_deferred;
}

// update(author=…), update(author_id=…)
static bool sets_key(const django::PythonCall& call, const Relation& table) {
  const py::Call* written = call.outermost();
  if (written == nullptr) return false;
  for (const ConstraintState& constraint : table.constraints)
    for (const std::string& column : constraint.definition.columns)
      for (const py::Keyword& given : written->keywords)
        if (is_deferred_key(constraint) && (given.name == column || given.name == field_of(column)) &&
            given.value->as<py::None>() == nullptr)
          return true;
  return false;
}

static bool queues(const django::PythonCall& call, const Schema& schema, const Relation& table) {
  const std::string_view last = call.last();
  if (!call.has("objects") && !call.has("_base_manager") && !call.has("_default_manager")) return false;
  const auto deferred = [](const ConstraintState& key) { return is_deferred_key(key); };
  if (last == "create" || last == "bulk_create" || last == "get_or_create" || last == "update_or_create")
    return std::any_of(table.constraints.begin(), table.constraints.end(), deferred);
  if (last == "update") return sets_key(call, table);
  if (last != "delete") return false;
  for (const auto& [child, key] : schema.referencing(table.name))
    if (is_deferred_key(*key)) return true;
  return false;
}

static void note_python(const MigrationView& view, std::size_t at, std::vector<Written>& written) {
  const Statement& statement = view.statements[at];
  const Schema& before = view.before_statement[at];
  const OperationView operation = operation_of(view, at);
  const django::PythonBody* body = python_body(operation);
  if (body == nullptr || !statement.operation.as<Opaque>() || !statement.transaction) return;
  for (const django::PythonCall& call : body->calls) {
    const std::vector<std::string> path = body->expanded(call.path);
    const Relation* table = path.empty() ? nullptr : before.find(table_of(operation, *body, path.front()));
    if (table != nullptr && queues(call, before, *table))
      written.push_back({table->name, *statement.transaction, call.location});
  }
}

static void say(Reporter& reporter, const Statement& statement, const QualifiedName& table, const Location* change) {
  Finding finding;
  finding.location = statement.location;
  if (change != nullptr) finding.labels.push_back({*change, {}, "rows are changed here"});
  finding.message = "this fails when the change above touched a row: " + ticked(table) +
                    " has pending trigger events of a deferred foreign key in this transaction";
  finding.help = "change the rows in a migration of their own, or SET CONSTRAINTS ALL IMMEDIATE in between";
  finding.statement = statement.index;
  finding.subject = subject_of(table, "pending");
  reporter.add(std::move(finding));
}

static void check(const MigrationView& view, Reporter& reporter) {
  std::vector<Written> written;
  std::set<std::pair<std::uint32_t, QualifiedName>> said;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const Statement& statement = view.statements[i];
    if (!statement.transaction) continue;
    const auto* set = statement.operation.as<SetConstraints>();
    if (set != nullptr && set->names.empty() && !set->deferred) written.clear();
    note_python(view, i, written);
    if (const auto& pending = statement.pending_trigger_events) {
      const Location* change = pending->since < i ? &view.statements[pending->since].location : nullptr;
      if (said.insert({*statement.transaction, pending->table}).second)
        say(reporter, statement, pending->table, change);
      continue;
    }
    const auto* alter = statement.operation.as<AlterTable>();
    const auto* index = statement.operation.as<CreateIndex>();
    if (alter == nullptr && index == nullptr) continue;
    const QualifiedName table = view.before_statement[i].resolve(alter != nullptr ? alter->name : index->table);
    for (const Written& one : written)
      if (one.table == table && one.transaction == *statement.transaction &&
          said.insert({one.transaction, table}).second)
        say(reporter, statement, table, &one.location);
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
             .silent_when = "The changes stand in separate transactions, SET CONSTRAINTS … IMMEDIATE stands before or "
                            "between them, the key is set to NULL, or Python changes rows by `save()`, of which the "
                            "text does not say whether the key changes."},
    .on_migration = of_pending_trigger_events::check,
};

}  // namespace mlint::rules
