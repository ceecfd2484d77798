#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_missing_idle_timeout(const StatementView& view, Reporter& reporter) {
  bool hard = false;
  for (const RelationLock& lock : view.statement.effects.locks)
    hard = hard || (!lock.new_in_unit && stops_writers(lock.mode));
  if (!hard) return;
  if (!view.statement.transaction || view.statement.timeouts.idle_in_transaction.value_or(0) > 0) return;
  Finding finding;
  finding.message = "no idle_in_transaction_session_timeout is in force over this lock";
  finding.help = "SET idle_in_transaction_session_timeout = '10s'";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule missing_idle_timeout{
    .info = {.code = "ML803",
             .name = "missing-idle-timeout",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A transaction that stops writers has no idle_in_transaction_session_timeout.",
             .effect = "When the client dies or waits, the lock stays.",
             .instead = "SET idle_in_transaction_session_timeout.",
             .equivalents = "pgfence:missing-idle-timeout"},
    .on_statement = find_missing_idle_timeout,
};

}  // namespace mlint::rules
