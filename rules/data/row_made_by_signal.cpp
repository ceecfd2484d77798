#include <algorithm>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_row_made_by_signal {

static bool is_made_by_signal(const std::string& model) {
  return model == "Permission" || model == "ContentType" || model == "permission" || model == "contenttype";
}

// An earlier migration makes such rows by hand: in this order they are there.
static bool made_earlier(const OperationView& view) {
  const ProjectView& project = view.migration.project;
  if (project.graph == nullptr || view.migration.migration == nullptr) return false;
  const auto makes = [&](const django::Migration& migration) {
    const auto file = static_cast<std::size_t>(migration.file);
    if (file >= project.sources.size()) return false;
    const auto names = [&](const py::Function& function, std::string_view word) {
      return project.sources[file].text(function.span).find(word) != std::string_view::npos;
    };
    return std::any_of(migration.module.functions.begin(), migration.module.functions.end(),
                       [&](const py::Function& function) {
                         const bool rows = names(function, "Permission") || names(function, "ContentType");
                         return names(function, "create_permissions") || names(function, "create_contenttypes") ||
                                names(function, "emit_post_migrate") ||
                                (rows && (names(function, "get_or_create(") || names(function, ".create(") ||
                                          names(function, "bulk_create(")));
                       });
  };
  for (const django::MigrationKey& key : project.graph->order) {
    if (key == view.migration.migration->key) return false;
    const auto node = project.graph->nodes.find(key);
    if (node != project.graph->nodes.end() && node->second != nullptr && makes(*node->second)) return true;
  }
  return false;
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls)  // the signal's work is done by hand
    if (call.last() == "create_permissions" || call.last() == "create_contenttypes" ||
        call.last() == "update_all_contenttypes" || call.last() == "emit_post_migrate_signal")
      return;
  for (const django::PythonCall& call : body->calls) {
    // get_for_model() makes the row that it does not find; the manager of ContentType is there in migrations too.
    const bool gets = call.last() == "get" || call.last() == "get_by_natural_key";
    if (!gets || call.path.size() < 3 || call.in_try) continue;
    const django::PythonModel* model = body->model(call.path.front());
    std::string name = model != nullptr ? model->model : std::string();
    for (const std::string& part : call.path)
      if (name.empty() && is_made_by_signal(part)) name = part;
    if (!is_made_by_signal(name) || made_earlier(view)) continue;
    report_python(view, reporter, call.location,
                  ticked(name) + " rows are made after all migrations: on an empty database this get() fails",
                  "use get_or_create, or call create_permissions for the app first", "signal." + name);
  }
}

}  // namespace of_row_made_by_signal

constexpr Rule row_made_by_signal{
    .info = {.code = "ML626",
             .name = "row-made-by-signal",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration gets a Permission or ContentType row that only a signal makes.",
             .effect = "Those rows come from post_migrate, after all migrations: on an empty database the row "
                       "is not there, and the migration fails.",
             .instead = "Use get_or_create, or create_permissions and create_contenttypes first.",
             .silent_when =
                 "get_or_create, filter().first(), a try around it, or an earlier migration that makes such rows."},
    .on_operation = of_row_made_by_signal::check,
};

}  // namespace mlint::rules
