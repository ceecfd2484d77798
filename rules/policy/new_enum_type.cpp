#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_new_enum_type(const StatementView& view, Reporter& reporter) {
  const auto* made = view.statement.operation.as<CreateEnum>();
  if (made == nullptr) return;
  Finding finding;
  finding.message = "values of enum " + ticked(made->name) + " can be added but never removed";
  finding.help = "use a lookup table, or text with a CHECK";
  finding.subject = subject_of(made->name);
  reporter.add(std::move(finding));
}

constexpr Rule new_enum_type{
    .info = {.code = "ML811",
             .name = "new-enum-type",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A type is made as an enum.",
             .effect = "Values can be added but never removed.",
             .instead = "Use a lookup table, or text with a CHECK.",
             .equivalents = "eugene:W13"},
    .on_statement = find_new_enum_type,
};

}  // namespace mlint::rules
