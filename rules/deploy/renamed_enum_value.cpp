#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_renamed_enum_value {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* rename = view.statement.operation.as<Rename>();
  if (rename == nullptr) return;
  const bool value = rename->kind == ObjectKind::enum_value;
  if (!value && rename->kind != ObjectKind::type && rename->kind != ObjectKind::attribute) return;
  const std::string what = rename->kind == ObjectKind::type ? ticked(rename->relation.name) : ticked(rename->old_name);
  Finding finding;
  finding.message = value ? "code of the previous release still writes " + what + ", which its enum no longer knows"
                          : "code of the previous release that names " + what + " fails";
  finding.help = value ? with_steps("add the new value, change the rows, and leave the old value be",
                                    value_beside(*rename, view.before), view.operation)
                       : "leave the name be, or rename it when no code names it any more";
  finding.subject = what;
  finding.severity = breaks_running_code(view.migration.project.deploy);
  reporter.add(std::move(finding));
}

}  // namespace of_renamed_enum_value

constexpr Rule renamed_enum_value{
    .info = {.code = "ML309",
             .name = "renamed-enum-value",
             .group = RuleGroup::deploy,
             .severity = Severity::warning,
             .summary = "A value of an enum, a type or one of its attributes is renamed.",
             .effect = "Whoever still uses the old form fails or sees something else.",
             .instead = "Add the new value, change the rows, and leave the old value be.",
             .silent_when = "Nothing that is in use changes its name.",
             .equivalents = "pgsafe:rename strong_migrations:rename_enum_value"},
    .on_statement = of_renamed_enum_value::check,
};

}  // namespace mlint::rules
