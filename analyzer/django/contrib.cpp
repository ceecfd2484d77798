#include "analyzer/django/contrib.h"

#include "analyzer/django/contrib_data.h"
#include "analyzer/django/lower.h"

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

std::vector<ContribModel> read_models() {
  const py::Module module = py::parse(contrib_models(), {});
  std::vector<ContribModel> models;
  const py::Value* list = module.find("models_of_contrib");
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
  static const std::vector<ContribModel> known = read_models();
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

std::string canonical_key(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return "django.db.models." + std::string(dot == std::string_view::npos ? dotted : dotted.substr(dot + 1));
}

}  // namespace mlint::django
