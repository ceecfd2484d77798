#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_enum_value_without_position(const StatementView& view, Reporter& reporter) {
  const auto* added = view.statement.operation.as<AddEnumValue>();
  if (added == nullptr || added->positioned()) return;
  Finding finding;
  finding.message = "value " + ticked(added->value) + " is put behind all others of " + ticked(added->name);
  finding.help = "say BEFORE or AFTER";
  finding.subject = subject_of(added->name, added->value);
  reporter.add(std::move(finding));
}

constexpr Rule enum_value_without_position{
    .info = {.code = "ML812",
             .name = "enum-value-without-position",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A value is added to an enum without BEFORE or AFTER.",
             .effect = "It sorts last, which may not be what the order means.",
             .instead = "Say BEFORE or AFTER.",
             .equivalents = "squawk:require-enum-value-ordering pgfence:alter-enum-no-ordering"},
    .on_statement = find_enum_value_without_position,
};

}  // namespace mlint::rules
