#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_needless_non_atomic(const MigrationView& view, Reporter& reporter) {
  if (view.language != Language::django || view.atomic || view.statements.empty()) return;
  for (const Statement& statement : view.statements)
    if (statement.effects.refused_in_transaction || statement.operation.as<Opaque>() || statement.operation.as<Dml>() ||
        statement.operation.as<Unparsed>())
      return;
  Finding finding;
  finding.location = view.migration->atomic_location;
  finding.message = "nothing in this migration needs `atomic = False`";
  finding.help = "remove it, so that a failure undoes everything";
  finding.subject = "atomic";
  reporter.add(std::move(finding));
}

constexpr Rule needless_non_atomic{
    .info = {.code = "ML820",
             .name = "needless-non-atomic",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A migration is not atomic and nothing in it needs that.",
             .effect = "A failure leaves it half applied.",
             .instead = "Remove `atomic = False`."},
    .on_migration = find_needless_non_atomic,
};

}  // namespace mlint::rules
