#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_dropped_not_null(const StatementView& view, Reporter& reporter) {
  const auto drops = actions<alter::DropNotNull>(view.statement.operation);
  if (drops.empty()) return;
  Finding finding;
  finding.message = "" + ticked(drops.front()->column) + " may be NULL from now on, which running code may not expect";
  finding.help = "release code that handles NULL first";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule dropped_not_null{
    .info = {.code = "ML815",
             .name = "dropped-not-null",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column loses NOT NULL.",
             .effect = "Code that runs may not expect NULL.",
             .instead = "Release code that handles NULL first.",
             .equivalents = "squawk:ban-drop-not-null pgsafe:drop-not-null pgfence:drop-not-null "
                            "django-safe-migrations:SM029"},
    .on_statement = find_dropped_not_null,
};

}  // namespace mlint::rules
