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

static void check(const StatementView& view, Reporter& reporter) {
  const auto* drop = view.statement.operation.as<Drop>();
  if (drop == nullptr || drop->kind != ObjectKind::index || drop->concurrently || drop->names.empty()) return;
  for (const RelationLock& lock : view.statement.effects.locks) {
    if (lock.mode != LockMode::access_exclusive || lock.new_in_unit) continue;
    if (lock.kind == RelationKind::index || lock.kind == RelationKind::partitioned_index) continue;
    const bool partitioned = lock.kind == RelationKind::partitioned_table;
    Finding finding;
    finding.message = "dropping index " + ticked(drop->names.front()) + " takes ACCESS EXCLUSIVE on " +
                      ticked(lock.relation) + ": reads and writes wait behind it";
    finding.help = partitioned
                       ? "a partitioned index cannot be dropped concurrently: set a short lock_timeout and retry"
                       : help(view, *drop);
    finding.subject = subject_of(lock.relation, drop->names.front().name);
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
             .silent_when = "CONCURRENTLY is given, or the table is new or small.",
             .equivalents = "squawk:require-concurrent-index-deletion pgsafe:drop-index-non-concurrent "
                            "pgfence:drop-index-not-concurrent atlas:PG102 strong_migrations:remove_index "
                            "online_migrations:remove_index django-migration-linter:DROP_INDEX "
                            "django-safe-migrations:SM030"},
    .on_statement = of_blocking_index_drop::check,
};

}  // namespace mlint::rules
