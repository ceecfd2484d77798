#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_missing_statement_timeout(const StatementView& view, Reporter& reporter) {
  bool hard = false;
  for (const RelationLock& lock : view.statement.effects.locks)
    hard = hard || (!lock.new_in_unit && stops_writers(lock.mode));
  if (!hard) return;
  if (view.statement.timeouts.statement.value_or(0) > 0) return;
  Finding finding;
  finding.message = "no statement_timeout is in force over this lock";
  finding.help = "SET statement_timeout before it";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule missing_statement_timeout{
    .info = {.code = "ML802",
             .name = "missing-statement-timeout",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A statement that stops writers runs without a statement_timeout.",
             .effect = "It may run, and block, for as long as it likes.",
             .instead = "SET statement_timeout before it.",
             .equivalents = "squawk:require-timeout-settings pgfence:missing-statement-timeout "
                            "squawk:require-statement-timeout"},
    .on_statement = find_missing_statement_timeout,
};

}  // namespace mlint::rules
