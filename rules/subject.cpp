#include "rules/subject.h"

#include <set>

#include "analyzer/operation/printer.h"

namespace mlint::rules {

std::string ticked(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string ticked(const QualifiedName& name) {
  if (name.schema.empty() || name.schema == "public") return ticked(name.name);
  return ticked(name.schema + "." + name.name);
}

std::string subject_of(const QualifiedName& table, std::string_view member) {
  std::string subject = (table.schema.empty() ? "public" : table.schema) + "." + table.name;
  if (!member.empty()) subject.append(".").append(member);
  return subject;
}

TableSize size_of(const MigrationView& migration, const QualifiedName& table) {
  if (migration.not_in_use(table)) return TableSize::small;
  return migration.project.size_of(table);
}

Severity severity_on(const MigrationView& migration, Hazard hazard, const QualifiedName& table) {
  return severity_of(hazard, size_of(migration, table));
}

std::string_view who_waits(LockMode mode) {
  if (stops_readers(mode)) return "reads and writes wait";
  if (stops_writers(mode)) return "writes wait";
  return "schema changes wait";
}

QualifiedName resolved(const StatementView& view, const QualifiedName& name) { return view.before.resolve(name); }

bool is_new(const Schema& before, const QualifiedName& table) { return before.created_in_this_unit(table); }

std::string subject_of_transaction(const MigrationView& migration, std::uint32_t transaction) {
  std::set<std::uint32_t> earlier;
  for (const Statement& statement : migration.statements)
    if (statement.transaction.value_or(transaction) < transaction) earlier.insert(*statement.transaction);
  return "transaction." + std::to_string(earlier.size());
}

bool is_table(RelationKind kind) { return kind == RelationKind::table || kind == RelationKind::partitioned_table; }

bool goes_later(const MigrationView& migration, const Statement& statement, const QualifiedName& table) {
  for (std::size_t i = 0; i < migration.statements.size(); ++i) {
    const auto* drop = migration.statements[i].operation.as<Drop>();
    if (drop == nullptr || drop->kind != ObjectKind::table || migration.statements[i].index <= statement.index)
      continue;
    for (const QualifiedName& name : drop->names)
      if (migration.before_statement[i].resolve(name) == table) return true;
  }
  return false;
}

bool is_partitioned(const Schema& before, const QualifiedName& table) {
  const Relation* relation = before.find(table);
  return relation != nullptr && relation->kind == RelationKind::partitioned_table;
}

bool of_one_step(const MigrationView& migration, std::size_t statement, std::size_t other) {
  return migration.operation_of[statement] == migration.operation_of[other] &&
         migration.statements[statement].location == migration.statements[other].location;
}

OperationView operation_of(const MigrationView& migration, std::size_t statement) {
  const std::size_t index = migration.operation_of[statement];
  const bool known = migration.migration != nullptr && index < migration.migration->operations.size();
  return {migration,
          index,
          known ? &migration.migration->operations[index] : nullptr,
          {&migration.statements[statement]},
          {&migration.before_statement[statement]},
          migration.statements[statement].location};
}

std::string_view operation_type(const OperationView& operation) {
  return operation.model == nullptr ? std::string_view() : std::string_view(operation.model->known_as);
}

bool is_written_sql(const StatementView& view) {
  // Generated operations have no place in a text.
  return view.migration.language == Language::sql || view.statement.operation.fingerprint != 0;
}

static void add(Reporter& reporter, Severity severity, const QualifiedName& table, Finding finding) {
  if (severity == Severity::off) return;
  finding.severity = severity;
  if (finding.subject.empty()) finding.subject = subject_of(table);
  reporter.add(std::move(finding));
}

void report(const StatementView& view, Reporter& reporter, Hazard hazard, const QualifiedName& table, Finding finding) {
  add(reporter, severity_on(view.migration, hazard, table), table, std::move(finding));
}

void report(const OperationView& view, Reporter& reporter, Hazard hazard, const QualifiedName& table, Finding finding) {
  add(reporter, severity_on(view.migration, hazard, table), table, std::move(finding));
}

}  // namespace mlint::rules
