#pragma once

#include <string>
#include <string_view>

#include "analyzer/diagnostic/listed.h"
#include "analyzer/lint/rule.h"

// What a finding is about: names as messages write them, and how serious a hazard on a table is.
namespace mlint::rules {

std::string ticked(std::string_view name);      // `name`
std::string ticked(const QualifiedName& name);  // `orders_order`, `billing.invoice`; public is left out
// "public.orders_order.status": for merging and for a fingerprint.
std::string subject_of(const QualifiedName& table, std::string_view member = {});
// "transaction.0": the first one of the migration.
std::string subject_of_transaction(const MigrationView& migration, std::uint32_t transaction);

// A table that is not in use yet counts as small.
TableSize size_of(const MigrationView& migration, const QualifiedName& table);
Severity severity_on(const MigrationView& migration, Hazard hazard, const QualifiedName& table);

// "reads and writes wait", "writes wait", "schema changes wait".
std::string_view who_waits(LockMode mode);

// Full name of what the statement calls `name`.
QualifiedName resolved(const StatementView& view, const QualifiedName& name);
// Made earlier in the same migration or file: nobody waits for it.
bool is_new(const Schema& before, const QualifiedName& table);
bool is_partitioned(const Schema& before, const QualifiedName& table);
bool is_table(RelationKind kind);  // partitioned ones too
// A later statement of the migration drops the table: what is taken from it before that needs no word of its own.
bool goes_later(const MigrationView& migration, const Statement& statement, const QualifiedName& table);

// The operation that a statement of the migration comes from, with that statement alone.
OperationView operation_of(const MigrationView& migration, std::size_t statement);
// "AddField" …, empty for .sql; the innermost operation that the statement came from is what Django calls it.
std::string_view operation_type(const OperationView& operation);
// Statements of one operation of Django, which alone decides on them; those that somebody wrote stand for themselves.
bool of_one_step(const MigrationView& migration, std::size_t statement, std::size_t other);
// The statement is SQL that somebody wrote (RunSQL, .sql), not what Django makes of an operation.
bool is_written_sql(const StatementView& view);

// Every action T of an ALTER TABLE on a table that this migration did not make: each(action, table).
template <class T, class Each>
void each_action(const StatementView& view, Each each) {
  const auto* alter = view.statement.operation.as<AlterTable>();
  if (alter == nullptr) return;
  const QualifiedName table = resolved(view, alter->name);
  if (is_new(view.before, table)) return;
  for (const AlterAction& action : alter->actions)
    if (const auto* found = action.as<T>()) each(*found, table);
}

template <class T>
std::vector<const T*> actions(const Operation& operation) {
  std::vector<const T*> found;
  if (const auto* alter = operation.as<AlterTable>())
    for (const AlterAction& action : alter->actions)
      if (const auto* one = action.as<T>()) found.push_back(one);
  return found;
}

// Every piece of work of that cause on a relation that this migration did not make: each(work).
template <class Each>
void each_work(const Effects& effects, Cause cause, Each each) {
  for (const Work& work : effects.work)
    if (work.cause == cause && !work.new_in_unit) each(work);
}

// One finding about `table`; a severity of off is dropped.
void report(const StatementView& view, Reporter& reporter, Hazard hazard, const QualifiedName& table, Finding finding);
void report(const OperationView& view, Reporter& reporter, Hazard hazard, const QualifiedName& table, Finding finding);

}  // namespace mlint::rules
