#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_grant_to_public(const StatementView& view, Reporter& reporter) {
  const auto* grant = view.statement.operation.as<Grant>();
  if (grant == nullptr || grant->revoke) return;
  bool found = grant->privileges.empty();
  for (const std::string& role : grant->grantees) found = found || role == "public";
  if (!found) return;
  Finding finding;
  finding.message = "this gives more rights than a named privilege to a named role";
  finding.help = "name the privileges and the role";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule grant_to_public{
    .info = {.code = "ML816",
             .name = "grant-to-public",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "Rights are given to PUBLIC.",
             .effect = "Every role of the server has them, those made later too.",
             .instead = "Grant to a named role."},
    .on_statement = find_grant_to_public,
};

}  // namespace mlint::rules
