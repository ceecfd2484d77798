#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_other_connection {

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  const bool matters = view.migration.runs_per_tenant || view.migration.project.project.settings.several_databases;
  if (!matters) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.path.size() < 4 || call.path[0] != "django" || call.path[1] != "db" || call.path[2] != "connection")
      continue;
    report_python(view, reporter, call.location,
                  "`django.db.connection` is the default connection, not the one this migration runs on",
                  "use schema_editor.connection", "connection",
                  view.migration.runs_per_tenant ? Severity::error : Severity::warning);
    return;
  }
}

}  // namespace of_other_connection

constexpr Rule other_connection{
    .info = {.code = "ML629",
             .name = "other-connection",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration uses `django.db.connection` instead of the connection it is given.",
             .effect = "With several databases, or several tenant schemas, it works on another one than the "
                       "migration.",
             .instead = "Use `schema_editor.connection`.",
             .silent_when = "The project has one database and no tenants."},
    .on_operation = of_other_connection::check,
};

}  // namespace mlint::rules
