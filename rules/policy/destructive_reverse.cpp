#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_destructive_reverse(const OperationView& view, Reporter& reporter) {
  if (view.model == nullptr || (view.model->known_as != "CreateModel" && view.model->known_as != "AddField")) return;
  if (view.statements.empty() || view.migration.migration->initial.value_or(false)) return;
  Finding finding;
  finding.message = "unapplying this " + view.model->known_as + " drops what was stored since";
  finding.help = "roll forward instead of back";
  finding.subject = "operation." + std::to_string(view.index);
  reporter.add(std::move(finding));
}

constexpr Rule destructive_reverse{
    .info = {.code = "ML827",
             .name = "destructive-reverse",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "Unapplying the migration drops a table or column.",
             .effect = "What was stored since is gone.",
             .instead = "Roll forward instead.",
             .equivalents = "django-safe-migrations:RV001 django-safe-migrations:RV002 "
                            "django-safe-migrations:RV003 django-safe-migrations:RV004"},
    .on_operation = find_destructive_reverse,
};

}  // namespace mlint::rules
