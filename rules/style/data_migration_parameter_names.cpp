#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_data_migration_parameter_names(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr || (body->apps == "apps" && body->schema_editor == "schema_editor")) return;
  if (body->apps == "_" || body->schema_editor.starts_with("_")) return;
  Finding finding;
  finding.location = body->location;
  finding.message = "the parameters of " + ticked(body->function) + " are not called `apps` and `schema_editor`";
  finding.help = "name them so";
  finding.subject = "parameters." + body->function;
  reporter.add(std::move(finding));
}

constexpr Rule data_migration_parameter_names{
    .info = {.code = "ML915",
             .name = "data-migration-parameter-names",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "The function of a RunPython names its parameters otherwise.",
             .effect = "Readers look for `apps` and `schema_editor`.",
             .instead = "Name them so.",
             .equivalents = "django-migration-linter:RUNPYTHON_ARGS_NAMING_CONVENTION"},
    .on_operation = find_data_migration_parameter_names,
};

}  // namespace mlint::rules
