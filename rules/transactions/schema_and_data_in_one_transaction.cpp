#include <algorithm>
#include <map>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_schema_and_data_in_one_transaction {

static bool changes_rows(const Statement& statement, const Schema& before) {
  const auto* dml = statement.operation.as<Dml>();
  if (dml != nullptr && dml->query && dml->query->target && dml->query->kind != Query::Kind::select)
    return !is_new(before, before.resolve(dml->query->target->name));
  return statement.operation.as<Opaque>() != nullptr;
}

static bool locks_existing_table(const MigrationView& view, const Statement& statement, QualifiedName& table) {
  for (const RelationLock& lock : statement.effects.locks) {
    if (lock.new_in_unit || lock.mode != LockMode::access_exclusive) continue;
    if (lock.kind != RelationKind::table && lock.kind != RelationKind::partitioned_table) continue;
    if (view.not_in_use(lock.relation)) continue;
    table = lock.relation;
    return true;
  }
  return false;
}

// Python that does nothing, or an UPDATE that Django itself makes of an AlterField: its own rules speak about that one.
static bool is_no_data_step(const MigrationView& view, std::size_t statement) {
  if (view.migration == nullptr) return false;
  const bool python = view.statements[statement].operation.as<Opaque>() != nullptr;
  const std::size_t index = view.operation_of[statement];
  if (index >= view.migration->operations.size()) return python;
  const django::ModelOperation& operation = view.migration->operations[index];
  if (!python) return operation.known_as == "AlterField";
  if (operation.known_as != "RunPython") return true;
  const py::Value* code = operation.argument("code");
  if (code != nullptr) return dotted_name(*code).ends_with("noop");
  // An operation of the project's own that only looks.
  const django::PythonBody* body = operation.python.get();
  return body != nullptr && body->sql.empty() && std::none_of(body->calls.begin(), body->calls.end(), stores_rows);
}

static void check(const MigrationView& view, Reporter& reporter) {
  struct Seen {
    const Statement* rows = nullptr;
    const Statement* schema = nullptr;
    QualifiedName table;
  };
  std::map<std::uint32_t, Seen> transactions;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const Statement& statement = view.statements[i];
    if (!statement.transaction) continue;
    Seen& seen = transactions[*statement.transaction];
    if (seen.rows == nullptr && changes_rows(statement, view.before_statement[i]) && !is_no_data_step(view, i))
      seen.rows = &statement;
    QualifiedName table;
    if (seen.schema == nullptr && locks_existing_table(view, statement, table))
      seen.schema = &statement, seen.table = table;
  }
  for (const auto& [number, seen] : transactions) {
    if (seen.rows == nullptr || seen.schema == nullptr) continue;
    const bool python = seen.rows->operation.as<Opaque>() != nullptr;
    Finding finding;
    finding.location = seen.rows->location;
    finding.labels.push_back({seen.schema->location, {}, "ACCESS EXCLUSIVE on " + ticked(seen.table)});
    finding.message = std::string(python ? "Python that may change rows" : "a change of rows") +
                      " shares a transaction with a schema change of " + ticked(seen.table) +
                      ": locks are held until both are done";
    finding.help = "change the rows in " +
                   std::string(view.language == Language::django ? "a migration" : "a transaction") + " of their own";
    finding.statement = seen.rows->index;
    finding.subject = "mixed." + std::to_string(number);
    finding.severity = severity_on(view, Hazard::work_after_lock, seen.table);
    if (*finding.severity != Severity::off) reporter.add(std::move(finding));
  }
}

}  // namespace of_schema_and_data_in_one_transaction

constexpr Rule schema_and_data_in_one_transaction{
    .info = {.code = "ML514",
             .name = "schema-and-data-in-one-transaction",
             .group = RuleGroup::transactions,
             .severity = Severity::warning,
             .summary = "One transaction changes rows and the schema of existing tables.",
             .effect = "The locks of the schema change are held while rows are changed, or rows stay locked "
                       "while the schema change waits.",
             .instead = "Change rows in a migration of their own.",
             .silent_when = "Each has its own migration, or the altered table is new or small.",
             .equivalents = "django-safe-migrations:SM038"},
    .on_migration = of_schema_and_data_in_one_transaction::check,
};

}  // namespace mlint::rules
