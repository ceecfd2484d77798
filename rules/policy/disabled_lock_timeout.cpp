#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_disabled_lock_timeout(const StatementView& view, Reporter& reporter) {
  const auto* set = view.statement.operation.as<SetVariable>();
  if (set == nullptr || set->name != "lock_timeout" || !set->value) return;
  if (*set->value != "0" && *set->value != "0ms" && *set->value != "0s") return;
  Finding finding;
  finding.message = "lock_timeout is switched off";
  finding.help = "give it a short value, but over CONCURRENTLY";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule disabled_lock_timeout{
    .info = {.code = "ML804",
             .name = "disabled-lock-timeout",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "lock_timeout is set to 0.",
             .effect = "0 means to wait for ever.",
             .instead = "Give it a short value.",
             .equivalents = "pgfence:lock-timeout-zero"},
    .on_statement = find_disabled_lock_timeout,
};

}  // namespace mlint::rules
