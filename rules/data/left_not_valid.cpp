#include "rules/data/data_step.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_left_not_valid {

static bool is_validated_later(const ProjectView& project, const std::string& constraint) {
  for (const django::Migration& migration : project.migrations)
    for (const django::ModelOperation& operation : migration.operations)
      if (names_validation(operation, constraint)) return true;
  return false;
}

static void check(const StatementView& view, Reporter& reporter) {
  if (view.migration.language != Language::django) return;
  each_action<alter::AddConstraint>(view, [&](const alter::AddConstraint& add, const QualifiedName& table) {
    if (!add.constraint.not_valid || add.constraint.name.empty()) return;
    if (is_validated_later(view.migration.project, add.constraint.name)) return;
    Finding finding;
    finding.message = "constraint " + ticked(add.constraint.name) + " of " + ticked(table) +
                      " is NOT VALID, and no migration validates it";
    finding.help =
        "ValidateConstraint (django.contrib.postgres.operations), or VALIDATE CONSTRAINT, in a later migration";
    finding.subject = subject_of(table, add.constraint.name);
    reporter.add(std::move(finding));
  });
}

}  // namespace of_left_not_valid

constexpr Rule left_not_valid{
    .info = {.code = "ML612",
             .name = "left-not-valid",
             .group = RuleGroup::data,
             .severity = Severity::info,
             .summary = "A constraint was added NOT VALID and nothing validates it.",
             .effect = "Old rows stay unchecked for good, and the planner cannot use the constraint.",
             .instead = "VALIDATE CONSTRAINT in a later migration.",
             .silent_when = "A later migration validates it."},
    .on_statement = of_left_not_valid::check,
};

}  // namespace mlint::rules
