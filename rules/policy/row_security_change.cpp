#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_row_security_change(const StatementView& view, Reporter& reporter) {
  const Operation& operation = view.statement.operation;
  const auto* drop = operation.as<Drop>();
  const bool changes = operation.as<CreatePolicy>() || operation.as<AlterPolicy>() ||
                       (drop && drop->kind == ObjectKind::policy) || !actions<alter::RowSecurity>(operation).empty();
  if (!changes) return;
  Finding finding;
  finding.message = "this changes who may see which row";
  finding.help = "have it reviewed";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule row_security_change{
    .info = {.code = "ML817",
             .name = "row-security-change",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "Row level security or a policy is changed.",
             .effect = "Who may see which row changes at once, under ACCESS EXCLUSIVE.",
             .instead = "Have it reviewed."},
    .on_statement = find_row_security_change,
};

}  // namespace mlint::rules
