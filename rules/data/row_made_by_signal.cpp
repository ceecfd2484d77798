#include <algorithm>
#include <array>
#include <set>

#include "rules/data/data_step.h"
#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_row_made_by_signal {

static bool is_made_by_signal(const std::string& model) {
  return model == "Permission" || model == "ContentType" || model == "permission" || model == "contenttype";
}

// Text of a function that makes rows: which, its other words say.
static bool makes_rows(std::string_view text) {
  constexpr std::array<std::string_view, 5> words = {"create(", "get_or_create(", "bulk_create(", ".save(", "loaddata"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// Whether a function of an earlier migration is such.
template <class Is>
static bool earlier(const OperationView& view, Is is) {
  const ProjectView& project = view.migration.project;
  if (project.graph == nullptr || view.migration.migration == nullptr) return false;
  for (const django::MigrationKey& key : project.graph->order) {
    if (key == view.migration.migration->key) return false;
    const auto node = project.graph->nodes.find(key);
    if (node == project.graph->nodes.end() || node->second == nullptr) continue;
    const django::Migration& migration = *node->second;
    const auto file = static_cast<std::size_t>(migration.file);
    if (file >= project.sources.size()) continue;
    for (const py::Function& function : migration.module.functions)
      if (is(project.sources[file].text(function.span))) return true;
  }
  return false;
}

// An earlier migration makes such rows by hand: in this order they are there.
static bool made_earlier(const OperationView& view) {
  return earlier(view, [](std::string_view text) {
    const auto has = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
    return has("create_permissions") || has("create_contenttypes") || has("emit_post_migrate") ||
           ((has("Permission") || has("ContentType")) &&
            (has("get_or_create(") || has(".create(") || has("bulk_create(")));
  });
}

static std::string model_of(const django::PythonBody& body, const std::vector<std::string>& path) {
  if (path.empty()) return {};
  if (const django::PythonModel* model = body.model(path.front())) return model->model;
  const auto named = std::find_if(path.begin(), path.end(), is_made_by_signal);
  return named == path.end() ? std::string() : *named;
}

// The models whose rows decide whether the call runs: a loop goes over them, or a condition asks for them.
static std::set<std::string> asked_before(const django::PythonBody& body, const django::PythonCall& call) {
  constexpr std::size_t none = django::PythonCall::no_loop;
  std::set<std::string> models;
  for (std::size_t loop = call.loop; loop != none; loop = body.loops[loop].outer)
    models.insert(model_of(body, body.loops[loop].from));
  for (std::size_t at = call.condition; at != none; at = body.conditions[at].outer) {
    const django::PythonCondition& condition = body.conditions[at];
    for (std::size_t i = condition.first; i < condition.end; ++i) models.insert(model_of(body, body.calls[i].from));
  }
  models.erase(std::string());
  return models;
}

// On an empty database it does not run, for no migration makes the rows that it waits for.
static bool only_where_rows_are(const OperationView& view, const django::PythonBody& body,
                                const django::PythonCall& call) {
  const std::set<std::string> models = asked_before(body, call);
  return std::any_of(models.begin(), models.end(), [&](const std::string& model) {
    return is_made_by_signal(model) || !earlier(view, [&](std::string_view text) {
             return text.find("loaddata") != std::string_view::npos || (names_word(text, model) && makes_rows(text));
           });
  });
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
    const std::string name = model_of(*body, call.path);
    if (!is_made_by_signal(name) || only_where_rows_are(view, *body, call) || made_earlier(view)) continue;
    report_python(view, reporter, call.location,
                  ticked(name) + " rows are made after all migrations: on an empty database this get() fails",
                  "use get_or_create, or call create_permissions for the app first", "signal." + name);
  }
}

}  // namespace of_row_made_by_signal

constexpr Rule row_made_by_signal{
    .info =
        {.code = "ML626",
         .name = "row-made-by-signal",
         .group = RuleGroup::data,
         .severity = Severity::warning,
         .summary = "A data migration gets a Permission or ContentType row that only a signal makes.",
         .effect = "Those rows come from post_migrate, after all migrations: on an empty database the row "
                   "is not there, and the migration fails.",
         .instead = "Use get_or_create, or create_permissions and create_contenttypes first.",
         .silent_when =
             "get_or_create, filter().first(), a try around it, a loop or a condition that asks for such rows, or an "
             "earlier migration that makes them."},
    .on_operation = of_row_made_by_signal::check,
};

}  // namespace mlint::rules
