#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_late_lock_timeout(const MigrationView& view, Reporter& reporter) {
  const Statement* hard = nullptr;
  for (const Statement& statement : view.statements) {
    for (const RelationLock& lock : statement.effects.locks)
      if (hard == nullptr && !lock.new_in_unit && stops_writers(lock.mode) && statement.timeouts.lock.value_or(0) <= 0)
        hard = &statement;
    const auto* set = statement.operation.as<SetVariable>();
    if (hard == nullptr || set == nullptr || set->name != "lock_timeout") continue;
    Finding finding;
    finding.location = statement.location;
    finding.labels.push_back({hard->location, {}, "ran without it"});
    finding.message = "lock_timeout is set after a statement that stops writers";
    finding.help = "set it first";
    finding.statement = statement.index;
    finding.subject = "late";
    reporter.add(std::move(finding));
    return;
  }
}

constexpr Rule late_lock_timeout{
    .info = {.code = "ML805",
             .name = "late-lock-timeout",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "lock_timeout is set after a statement that needed it.",
             .effect = "The statement before it waited without limit.",
             .instead = "Set it first.",
             .equivalents = "pgfence:lock-timeout-after-dangerous-statement"},
    .on_migration = find_late_lock_timeout,
};

}  // namespace mlint::rules
