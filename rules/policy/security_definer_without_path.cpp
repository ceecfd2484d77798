#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_security_definer_without_path(const StatementView& view, Reporter& reporter) {
  const auto* function = view.statement.operation.as<CreateFunction>();
  if (function == nullptr || !function->security_definer) return;
  for (const auto& [name, value] : function->settings)
    if (name == "search_path") return;
  Finding finding;
  finding.message = "SECURITY DEFINER function " + ticked(function->name) + " has no search_path of its own";
  finding.help = "add SET search_path = pg_catalog, pg_temp";
  finding.subject = subject_of(function->name);
  reporter.add(std::move(finding));
}

constexpr Rule security_definer_without_path{
    .info = {.code = "ML829",
             .name = "security-definer-without-path",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A SECURITY DEFINER function has no search_path.",
             .effect = "Whoever may create objects can make it run theirs with its owner's rights.",
             .instead = "SET search_path on the function."},
    .on_statement = find_security_definer_without_path,
};

}  // namespace mlint::rules
