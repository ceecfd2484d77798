#include "analyzer/django/contrib.h"

#include "analyzer/django/contrib_data.h"
#include "analyzer/django/lower.h"
#include "analyzer/django/naming.h"

namespace mlint::django {
namespace {

ModelOperation create_operation(const py::Values& entry) {
  ModelOperation operation;
  operation.type = operation.known_as = "CreateModel";
  operation.arguments.push_back({"name", entry[1].clone()});
  operation.arguments.push_back({"fields", entry[2].clone()});
  operation.arguments.push_back({"options", entry[3].clone()});
  return operation;
}

struct ContribModel {
  std::string app;
  ModelOperation operation;
};

std::vector<ContribModel> read_models(std::string_view text, std::string_view name) {
  const py::Module module = py::parse(text, {});
  std::vector<ContribModel> models;
  const py::Value* list = module.find(name);
  if (list == nullptr || !list->is<py::List>()) return models;
  for (const py::Value& item : list->as<py::List>()->items) {
    const auto* tuple = item.as<py::Tuple>();
    if (tuple == nullptr || tuple->items.size() != 4 || !tuple->items[0].is<py::String>()) continue;
    models.push_back({tuple->items[0].as<py::String>()->text, create_operation(tuple->items)});
  }
  return models;
}

}  // namespace

void load_contrib(ProjectState& models, StatementSink& sink, const EditorSettings& settings,
                  const std::set<std::string>& own) {
  // Fields point into the values they were read from.
  static const std::vector<ContribModel> known = read_models(contrib_models(), "models_of_contrib");
  Editor editor(sink, settings);
  const ReadSettings read{settings.state, nullptr};
  for (const ContribModel& model : known) {
    if (!own.contains(model.app)) models = state_forwards(model.operation, model.app, std::move(models), read);
  }
  for (const ContribModel& contrib : known) {
    if (own.contains(contrib.app)) continue;
    const Model made(models, models.find(contrib.app, lower_case(contrib.operation.text("name"))), settings.state);
    if (made && made.can_migrate()) editor.create_model(made);
  }
  editor.close();
}

std::optional<std::vector<std::string>> contrib_dependencies(std::string_view app) {
  if (app == "contenttypes" || app == "sessions" || app == "sites") return std::vector<std::string>{};
  if (app == "auth") return std::vector<std::string>{"contenttypes"};
  if (app == "admin") return std::vector<std::string>{"auth", "contenttypes"};
  if (app == "redirects" || app == "flatpages") return std::vector<std::string>{"sites"};
  return std::nullopt;
}

void load_packages(const std::set<std::string>& apps, ProjectState& models, StatementSink& sink,
                   const EditorSettings& settings) {
  static const std::vector<ContribModel> known = read_models(package_models(), "models_of_packages");
  Editor editor(sink, settings);
  const ReadSettings read{settings.state, nullptr};
  std::vector<QualifiedName> tables;
  for (const ContribModel& model : known) {
    if (apps.contains(model.app)) models = state_forwards(model.operation, model.app, std::move(models), read);
  }
  for (const ContribModel& package : known) {
    const Model made(models, models.find(package.app, lower_case(package.operation.text("name"))), settings.state);
    if (!made || !apps.contains(package.app)) continue;
    editor.create_model(made);
    tables.push_back(qualified(made.table()));
  }
  editor.close();
  if (!tables.empty()) sink.leave_open(tables);
}

std::string canonical_key(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return "django.db.models." + std::string(dot == std::string_view::npos ? dotted : dotted.substr(dot + 1));
}

}  // namespace mlint::django
