#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_direct_model_import {

static bool is_model_import(const py::Import& import) {
  const std::string_view dotted = import.dotted;
  if (dotted.starts_with("django.db.models") || dotted.starts_with("django.contrib.postgres")) return false;
  return dotted.find(".models.") != std::string_view::npos || dotted.starts_with("models.");
}

// Used as a class whose rows are read or written: X.objects, or X(…).save().
static bool is_used(const django::PythonBody& body, std::string_view dotted) {
  for (const django::PythonCall& call : body.calls) {
    std::string path;
    for (const std::string& name : call.path) {
      if (!path.empty()) path += '.';
      path += name;
    }
    if (path == dotted || path.starts_with(std::string(dotted) + ".objects") ||
        path.starts_with(std::string(dotted) + "."))
      return true;
  }
  return false;
}

static void look(const OperationView& view, Reporter& reporter, const django::PythonBody& body,
                 const std::vector<py::Import>& imports) {
  for (const py::Import& import : imports) {
    if (!is_model_import(import) || !is_used(body, import.dotted)) continue;
    if (import.name.empty() || (import.name[0] >= 'a' && import.name[0] <= 'z')) continue;
    report_python(view, reporter, {view.migration.file, import.span},
                  "model " + ticked(import.name) + " is imported as it is today, not as it was at this migration",
                  "get it by apps.get_model(\"app\", \"" + import.name + "\")", "import." + import.name);
  }
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  look(view, reporter, *body, view.migration.migration->module.imports);
  look(view, reporter, *body, body->imports);
}

}  // namespace of_direct_model_import

constexpr Rule direct_model_import{
    .info = {.code = "ML621",
             .name = "direct-model-import",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration uses a model that is imported, not the historical one.",
             .effect = "The imported class has the columns of today: on a fresh database they do not exist "
                       "yet when this migration runs, and it fails.",
             .instead = "Get the model by `apps.get_model(\"app\", \"Model\")`.",
             .silent_when = "The import is not used as a model in the function.",
             .equivalents = "django-migration-linter:RUNPYTHON_MODEL_IMPORT django-safe-migrations:SM037"},
    .on_operation = of_direct_model_import::check,
};

}  // namespace mlint::rules
