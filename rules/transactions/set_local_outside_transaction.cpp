#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_set_local_outside_transaction {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* set = view.statement.operation.as<SetVariable>();
  if (set == nullptr || !set->local || view.statement.transaction) return;
  Finding finding;
  finding.message = "SET LOCAL " + set->name + " does nothing outside a transaction";
  finding.help = "SET " + set->name + " without LOCAL, and RESET it at the end";
  finding.subject = "set." + set->name;
  reporter.add(std::move(finding));
}

}  // namespace of_set_local_outside_transaction

constexpr Rule set_local_outside_transaction{
    .info = {.code = "ML503",
             .name = "set-local-outside-transaction",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "SET LOCAL stands outside a transaction.",
             .effect = "It does nothing but a warning, so the timeout that it was meant to set is not in "
                       "force.",
             .instead = "SET without LOCAL, or a transaction around it.",
             .silent_when = "It runs inside BEGIN … COMMIT or an atomic migration."},
    .on_statement = of_set_local_outside_transaction::check,
};

}  // namespace mlint::rules
