#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_missing_lock_timeout(const StatementView& view, Reporter& reporter) {
  bool hard = false;
  for (const RelationLock& lock : view.statement.effects.locks)
    hard = hard || (!lock.new_in_unit && stops_writers(lock.mode));
  if (!hard) return;
  if (view.statement.timeouts.lock.value_or(0) > 0) return;
  Finding finding;
  finding.message = "no lock_timeout is in force over this lock";
  finding.help = "SET lock_timeout = '2s' before it";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule missing_lock_timeout{
    .info = {.code = "ML801",
             .name = "missing-lock-timeout",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A statement that stops writers runs without a lock_timeout.",
             .effect = "It waits as long as it must, and everybody queues behind it.",
             .instead = "SET lock_timeout before it, or give the migrating role one.",
             .equivalents =
                 "squawk:require-lock-timeout squawk:require-timeout-settings eugene:E9 pgfence:missing-lock-timeout "
                 "pgsafe:require-timeout django-safe-migrations:SM035"},
    .on_statement = find_missing_lock_timeout,
};

}  // namespace mlint::rules
