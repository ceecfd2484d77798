#include <algorithm>
#include <set>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_direct_model_import {

static bool is_django(std::string_view dotted) {
  return dotted.starts_with("django.db.") || dotted.starts_with("django.contrib.postgres") ||
         dotted.starts_with("django.contrib.gis.db.");
}

static std::string joined(const std::vector<std::string>& path, std::size_t count) {
  std::string dotted;
  for (std::size_t i = 0; i < count; ++i) dotted += (i > 0 ? "." : "") + path[i];
  return dotted;
}

// Where the name was imported, the nearest of several; the use itself where the import is not seen.
static Location imported_at(const OperationView& view, const django::PythonBody& body, const std::string& dotted,
                            Location use) {
  std::size_t best = 0;
  for (const auto* imports : {&view.migration.migration->module.imports, &body.imports})
    for (const py::Import& import : *imports)
      if ((dotted == import.dotted || dotted.starts_with(import.dotted + ".")) && import.dotted.size() >= best) {
        best = import.dotted.size();
        use = {view.migration.file, import.span};
      }
  return use;
}

// shop.models.Order.objects…, shop.models.orders.Order(…): a class of a module or package `models` whose rows are read
// or written. Its place in the path; 0: none.
static std::size_t model_in(const std::vector<std::string>& path) {
  const auto models = std::find(path.begin(), path.end(), "models");
  for (auto at = models; at != path.end(); ++at)
    if (at != models && !at->empty() && (*at)[0] >= 'A' && (*at)[0] <= 'Z') {
      const auto place = static_cast<std::size_t>(at - path.begin());
      return is_django(joined(path, place + 1)) ? 0 : place;
    }
  return 0;
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  std::set<std::string> said;
  const bool stores = std::any_of(body->calls.begin(), body->calls.end(), stores_rows);
  for (const django::PythonCall& call : body->calls) {
    const std::size_t at = model_in(call.path);
    if (at == 0 || (at + 1 == call.path.size() && !stores)) continue;  // an object that nobody saves is no row
    const std::string dotted = joined(call.path, at + 1), &model = call.path[at];
    if (!said.insert(dotted).second) continue;
    report_python(view, reporter, imported_at(view, *body, dotted, call.location),
                  "model " + ticked(model) + " is imported as it is today, not as it was at this migration",
                  "get it by apps.get_model(\"app\", \"" + model + "\")", "import." + model);
  }
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
