#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_new_trigger(const StatementView& view, Reporter& reporter) {
  const auto* trigger = view.statement.operation.as<CreateTrigger>();
  if (trigger == nullptr || is_new(view.before, resolved(view, trigger->table))) return;
  Finding finding;
  finding.message = "trigger " + ticked(trigger->name) + " runs with every write to " + ticked(trigger->table);
  finding.help = "set a lock_timeout, and keep its function quick";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule new_trigger{
    .info = {.code = "ML828",
             .name = "new-trigger",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A trigger is made on an existing table.",
             .effect = "Writes wait for SHARE ROW EXCLUSIVE, and each of them runs it from then on.",
             .instead = "Set a lock_timeout, and keep the function quick.",
             .equivalents = "pgsafe:add-trigger pgfence:create-trigger"},
    .on_statement = find_new_trigger,
};

}  // namespace mlint::rules
