#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_queued_lock_on_hot_table {

static void check(const StatementView& view, Reporter& reporter) {
  if (view.statement.timeouts.lock.value_or(0) > 0) return;
  for (const Work& work : view.statement.effects.work)
    if (!work.new_in_unit) return;
  for (const RelationLock& lock : view.statement.effects.locks) {
    if (lock.new_in_unit || !stops_writers(lock.mode)) continue;
    if (lock.mode == LockMode::share_row_exclusive && view.statement.operation.as<CreateTrigger>() == nullptr) continue;
    if (lock.kind != RelationKind::table && lock.kind != RelationKind::partitioned_table) continue;
    Finding finding;
    finding.message = "this waits for every open transaction on the busy table " + ticked(lock.relation) +
                      ", and later queries queue behind it without a lock_timeout";
    finding.help = view.migration.language == Language::django
                       ? "set lock_timeout in OPTIONS of the database that migrates, or by a RunSQL before this "
                         "operation, and retry"
                       : "SET lock_timeout = '2s' before it, and retry";
    finding.subject = subject_of(lock.relation, "queue");
    report(view, reporter, Hazard::instant_ddl, lock.relation, std::move(finding));
  }
}

}  // namespace of_queued_lock_on_hot_table

constexpr Rule queued_lock_on_hot_table{
    .info = {.code = "ML135",
             .name = "queued-lock-on-hot-table",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A statement with nothing to do takes ACCESS EXCLUSIVE on a busy table, and no "
                        "lock_timeout limits the wait.",
             .effect = "It waits for every open transaction on the table, and every later query queues behind "
                       "it, so one long reader stops the site.",
             .instead = "Set a short lock_timeout and retry until it gets through.",
             .silent_when = "The table is not known to be hot, or a lock_timeout is in force."},
    .on_statement = of_queued_lock_on_hot_table::check,
};

}  // namespace mlint::rules
