#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_domain_with_constraint(const StatementView& view, Reporter& reporter) {
  const auto* made = view.statement.operation.as<CreateDomain>();
  if (made == nullptr || made->constraints.empty()) return;
  Finding finding;
  finding.message = "the constraint of domain " + ticked(made->name) + " holds for every table that will use it";
  finding.help = "put the CHECK on the table";
  finding.subject = subject_of(made->name);
  reporter.add(std::move(finding));
}

constexpr Rule domain_with_constraint{
    .info = {.code = "ML813",
             .name = "domain-with-constraint",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A domain is made with a constraint.",
             .effect = "The constraint cannot be changed without scanning every table that uses it.",
             .instead = "Constrain the tables.",
             .equivalents = "squawk:ban-create-domain-with-constraint pgfence:ban-create-domain-with-constraint"},
    .on_statement = find_domain_with_constraint,
};

}  // namespace mlint::rules
