#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_dropped_constraint(const StatementView& view, Reporter& reporter) {
  const auto drops = actions<alter::DropConstraint>(view.statement.operation);
  if (drops.empty()) return;
  Finding finding;
  finding.message = "constraint " + ticked(drops.front()->name) + " no longer keeps bad rows out";
  finding.help = "make sure that nothing relies on it";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule dropped_constraint{
    .info = {.code = "ML814",
             .name = "dropped-constraint",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A constraint is dropped.",
             .effect = "Code may rely on what it kept out.",
             .instead = "Check that nothing relies on it.",
             .equivalents = "pgsafe:drop-constraint pgfence:drop-constraint"},
    .on_statement = find_dropped_constraint,
};

}  // namespace mlint::rules
