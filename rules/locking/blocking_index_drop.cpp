#include <algorithm>

#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_index_drop {

static std::string help(const StatementView& view, const Drop& drop) {
  const std::string what = operation_type(view.operation) == "RemoveIndex"
                               ? "use RemoveIndexConcurrently (django.contrib.postgres.operations) "
                               : "drop it concurrently ";
  return with_steps(what + outside_transaction(view.migration),
                    concurrent_index_drop(view.operation, drop, view.before), view.operation);
}

static bool drops_index(const Statement& statement) {
  const auto* drop = statement.operation.as<Drop>();
  return drop != nullptr && drop->kind == ObjectKind::index;
}

// Another statement of the transaction takes the same lock.
static bool locks_too(const StatementView& view, const Statement& other, const QualifiedName& table) {
  if (!view.statement.transaction || other.transaction != view.statement.transaction) return false;
  const RelationLock* lock = other.index == view.statement.index ? nullptr : other.effects.lock_on(table);
  return lock != nullptr && lock->mode == LockMode::access_exclusive && !lock->brief && other.effects.known;
}

// It does more under the lock, or it is the drop of an index too and comes first: this one makes nobody wait longer.
static bool is_locked_anyway(const StatementView& view, const QualifiedName& table) {
  const auto& all = view.migration.statements;
  return std::any_of(all.begin(), all.end(), [&](const Statement& other) {
    return locks_too(view, other, table) && (!drops_index(other) || other.index < view.statement.index);
  });
}

static void note_others(const StatementView& view, const QualifiedName& table, Finding& finding) {
  std::vector<std::string> others;
  for (const Statement& other : view.migration.statements)
    if (drops_index(other) && locks_too(view, other, table) && !other.operation.as<Drop>()->names.empty())
      others.push_back(ticked(other.operation.as<Drop>()->names.front().name));
  if (!others.empty()) finding.notes.push_back("the same transaction drops " + listed(others) + " of the table too");
}

static void check(const StatementView& view, Reporter& reporter) {
  const auto* drop = view.statement.operation.as<Drop>();
  if (drop == nullptr || drop->kind != ObjectKind::index || drop->concurrently || drop->names.empty()) return;
  for (const RelationLock& lock : view.statement.effects.locks) {
    if (lock.mode != LockMode::access_exclusive || lock.new_in_unit) continue;
    if (lock.kind == RelationKind::index || lock.kind == RelationKind::partitioned_index) continue;
    if (is_locked_anyway(view, lock.relation)) return;
    const bool partitioned = lock.kind == RelationKind::partitioned_table;
    Finding finding;
    finding.message = "dropping index " + ticked(drop->names.front()) + " takes ACCESS EXCLUSIVE on " +
                      ticked(lock.relation) + ": reads and writes wait behind it";
    finding.help = partitioned
                       ? "a partitioned index cannot be dropped concurrently: set a short lock_timeout and retry"
                       : help(view, *drop);
    finding.subject = subject_of(lock.relation, drop->names.front().name);
    note_others(view, lock.relation, finding);
    report(view, reporter, Hazard::scan_under_lock, lock.relation, std::move(finding));
    return;
  }
  if (view.before.find_index_table(drop->names.front()) != nullptr) return;
  // Around a change of a field Django drops a `_like` index IF EXISTS, whether there ever was one or not.
  if (drop->if_exists && !is_written_sql(view) && operation_type(view.operation) != "RemoveIndex") return;
  Finding finding;
  finding.message = "dropping index " + ticked(drop->names.front()) +
                    " takes ACCESS EXCLUSIVE on its table, which is not known here: reads and writes wait behind it";
  finding.help = help(view, *drop);
  finding.subject = subject_of(drop->names.front());
  report(view, reporter, Hazard::scan_under_lock, drop->names.front(), std::move(finding));
}

}  // namespace of_blocking_index_drop

constexpr Rule blocking_index_drop{
    .info = {.code = "ML119",
             .name = "blocking-index-drop",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "An index is dropped without CONCURRENTLY.",
             .effect = "ACCESS EXCLUSIVE on the table: the drop waits for every open query, and everybody "
                       "waits behind it.",
             .instead = "DROP INDEX CONCURRENTLY outside a transaction; in Django RemoveIndexConcurrently in a "
                        "migration with `atomic = False`.",
             .silent_when = "CONCURRENTLY is given, the table is new or small, or another statement of the transaction "
                            "takes ACCESS EXCLUSIVE on it all the same, the first of several such drops included.",
             .equivalents = "squawk:require-concurrent-index-deletion pgsafe:drop-index-non-concurrent "
                            "pgfence:drop-index-not-concurrent atlas:PG102 strong_migrations:remove_index "
                            "online_migrations:remove_index django-migration-linter:DROP_INDEX "
                            "django-safe-migrations:SM030"},
    .on_statement = of_blocking_index_drop::check,
};

}  // namespace mlint::rules
