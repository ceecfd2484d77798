#include <algorithm>
#include <map>
#include <set>

#include "rules/data/python_body.h"
#include "rules/deploy/running_code.h"
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

// The operation, or one inside it, makes a model of that name.
static bool makes(const django::ModelOperation& operation, const std::string& name) {
  if (lower(operation.text("name")) == name || lower(operation.text("new_name")) == name) return true;
  const auto one_makes = [&](const django::ModelOperation& inner) { return makes(inner, name); };
  return std::any_of(operation.state_operations.begin(), operation.state_operations.end(), one_makes) ||
         std::any_of(operation.database_operations.begin(), operation.database_operations.end(), one_makes);
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

// A class of an app of the project that no migration ever makes, or renames to: a manager, a mixin, a plain class.
static bool is_no_model(const ProjectView& view, const std::string& dotted, const std::string& name) {
  if (dotted == "django.contrib.auth.models.AnonymousUser") return true;
  const std::string package = dotted.substr(0, dotted.find(".models."));
  const auto owner = std::find_if(view.project.apps.begin(), view.project.apps.end(), [&](const App& app) {
    return !app.migrations_directory.empty() && !app.module.empty() &&
           (app.module == package || package.ends_with("." + app.module) || app.module.ends_with("." + package));
  });
  if (owner == view.project.apps.end()) return false;
  bool migrated = false;
  for (const django::Migration& migration : view.migrations) {
    if (migration.key.app == owner->label) {
      migrated = true;
      if (!migration.operations_known) return false;
    }
    for (const django::ModelOperation& operation : migration.operations)
      if (makes(operation, lower(name))) return false;
  }
  return migrated;
}

// Order.fill(apps): it is given the models of this migration, and asks for them there.
static bool is_given_models(const django::PythonBody& body, const django::PythonCall& call, std::size_t at) {
  const py::Call* method = call.path.size() == at + 2 ? call.calls.back() : nullptr;
  if (method == nullptr || call.calls[at] != nullptr) return false;
  const auto is_apps = [&](const py::Value& value) {
    const auto* name = value.as<py::Name>();
    return name != nullptr && name->dotted == body.apps;
  };
  return std::any_of(method->arguments.begin(), method->arguments.end(), is_apps) ||
         std::any_of(method->keywords.begin(), method->keywords.end(),
                     [&](const py::Keyword& each) { return each.value && is_apps(*each.value); });
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  std::set<std::string> said;
  std::map<std::string, const django::PythonCall*> given;  // by the class
  const bool stores = std::any_of(body->calls.begin(), body->calls.end(), stores_rows);
  for (const django::PythonCall& call : body->calls) {
    const std::size_t at = model_in(call.path);
    if (at == 0 || (at + 1 == call.path.size() && !stores)) continue;  // an object that nobody saves is no row
    const std::string dotted = joined(call.path, at + 1), &model = call.path[at];
    if (is_no_model(view.migration.project, dotted, model)) continue;
    if (is_given_models(*body, call, at)) {
      given.emplace(dotted, &call);
      continue;
    }
    if (!said.insert(dotted).second) continue;
    report_python(view, reporter, imported_at(view, *body, dotted, call.location),
                  "model " + ticked(model) + " is imported as it is today, not as it was at this migration",
                  "get it by apps.get_model(\"app\", \"" + model + "\")", "import." + model);
  }
  for (const auto& [dotted, call] : given) {
    if (said.contains(dotted)) continue;
    const std::string& model = call->path[call->path.size() - 2];
    report_python(view, reporter, imported_at(view, *body, dotted, call->location),
                  ticked(call->path.back()) + " of " + ticked(model) +
                      " is given the models of this migration, but its code is that of today",
                  "copy what it does into the migration", "import." + model, Severity::info);
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
             .silent_when =
                 "The import is not used as a model in the function, or is of a class that no migration makes. It is "
                 "info where all that is asked of the class is a method that is given `apps`.",
             .equivalents = "django-migration-linter:RUNPYTHON_MODEL_IMPORT django-safe-migrations:SM037"},
    .on_operation = of_direct_model_import::check,
};

}  // namespace mlint::rules
