#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_renamed_schema {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* rename = view.statement.operation.as<Rename>();
  if (rename == nullptr || rename->kind != ObjectKind::schema) return;
  const std::string what = ticked(rename->relation.name.empty() ? rename->old_name : rename->relation.name);
  Finding finding;
  finding.message = "renaming schema " + what + " breaks every query that names it";
  finding.help = "make a new schema and move the objects, with views left behind";
  finding.subject = what;
  finding.severity = breaks_running_code(view.migration.project.deploy);
  reporter.add(std::move(finding));
}

}  // namespace of_renamed_schema

constexpr Rule renamed_schema{
    .info = {.code = "ML308",
             .name = "renamed-schema",
             .group = RuleGroup::deploy,
             .severity = Severity::warning,
             .summary = "A schema is renamed.",
             .effect = "Whoever still uses the old form fails or sees something else.",
             .instead = "Make a new schema and move the objects, with views left behind.",
             .silent_when = "Nothing that is in use changes its name.",
             .equivalents = "pgfence:rename-schema strong_migrations:rename_schema"},
    .on_statement = of_renamed_schema::check,
};

}  // namespace mlint::rules
