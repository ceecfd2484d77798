#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_missing_lock_timeout(const StatementView& view, Reporter& reporter) {
  if (view.statement.timeouts.lock.value_or(0) > 0) return;
  for (const RelationLock& lock : view.statement.effects.locks) {
    if (lock.new_in_unit || !stops_writers(lock.mode)) continue;
    const TableSize size = size_of(view.migration, lock.relation);
    const bool known = size == TableSize::large || size == TableSize::hot;
    Finding finding;
    finding.message = "no lock_timeout is in force over " + (known ? "a lock of " + ticked(lock.relation)
                                                                   : std::string("this lock, nor over others like it"));
    finding.help = "SET lock_timeout = '2s' before it, or give the migrating role one";
    // Said of each large table, and once of all the others.
    finding.subject =
        known ? subject_of(lock.relation, "timeout") : "timeout of " + view.migration.project.project.prefix;
    report(view, reporter, Hazard::missing_lock_timeout, lock.relation, std::move(finding));
  }
}

constexpr Rule missing_lock_timeout{
    .info = {.code = "ML801",
             .name = "missing-lock-timeout",
             .group = RuleGroup::policy,
             .severity = Severity::info,
             .enabled = false,
             .summary = "A statement that stops writers runs without a lock_timeout.",
             .effect = "It waits as long as it must, and everybody queues behind it.",
             .instead = "SET lock_timeout before it, or give the migrating role one.",
             .silent_when = "A lock_timeout is in force, or the table is new or small. Of tables that are not known to "
                            "be large it is said once a project.",
             .once_per_subject = true,
             .equivalents =
                 "squawk:require-lock-timeout squawk:require-timeout-settings eugene:E9 pgfence:missing-lock-timeout "
                 "pgsafe:require-timeout django-safe-migrations:SM035"},
    .on_statement = find_missing_lock_timeout,
};

}  // namespace mlint::rules
