#include <algorithm>
#include <set>

#include "rules/deploy/running_code.h"
#include "rules/history/graph_problem.h"
#include "rules/history/relation.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_missing_swappable_dependency {

static bool mentions_setting(const py::Value& value, int depth) {
  if (depth > 50) return false;
  if (py::dotted_name(value).ends_with("AUTH_USER_MODEL")) return true;
  if (const auto* call = value.as<py::Call>()) {
    for (const py::Value& argument : call->arguments)
      if (mentions_setting(argument, depth + 1)) return true;
    for (const py::Keyword& keyword : call->keywords)
      if (keyword.value != nullptr && mentions_setting(*keyword.value, depth + 1)) return true;
  }
  if (const auto* list = value.as<py::List>())
    for (const py::Value& item : list->items)
      if (mentions_setting(item, depth + 1)) return true;
  if (const auto* tuple = value.as<py::Tuple>())
    for (const py::Value& item : tuple->items)
      if (mentions_setting(item, depth + 1)) return true;
  return false;
}

static bool is_swappable(const std::vector<django::Dependency>& dependencies, const std::string& user) {
  return std::any_of(dependencies.begin(), dependencies.end(),
                     [&](const django::Dependency& dependency) { return may_lead_to_user(dependency, user); });
}

// Of the migration and all that run before it: `enough` of a key and of the migration, which may be null.
template <class Enough>
static bool any_before(const MigrationView& view, Enough enough) {
  const django::Graph* graph = view.project.graph;
  const django::MigrationKey self{view.app, view.name};
  if (enough(self, view.migration)) return true;
  if (graph == nullptr) return false;
  std::set<django::MigrationKey> seen;
  std::vector<django::MigrationKey> open{self};
  while (!open.empty()) {
    const django::MigrationKey key = open.back();
    open.pop_back();
    if (!seen.insert(key).second) continue;
    const auto node = graph->nodes.find(key);
    if (enough(key, node == graph->nodes.end() ? nullptr : node->second)) return true;
    const auto parents = graph->parents.find(key);
    if (parents != graph->parents.end()) open.insert(open.end(), parents->second.begin(), parents->second.end());
  }
  return false;
}

static bool swappable_before(const MigrationView& view, const std::string& user) {
  return any_before(view, [&](const django::MigrationKey&, const django::Migration* migration) {
    return migration != nullptr && is_swappable(migration->dependencies, user);
  });
}

static bool depends_on_user(const MigrationView& view) {
  const std::string& user = view.project.project.settings.auth_user_model;
  const std::string app = user.substr(0, user.find('.'));
  for (const django::Dependency& dependency : view.migration->dependencies)
    if (dependency.key.app == app) return true;
  return any_before(view, [&](const django::MigrationKey& key, const django::Migration* migration) {
    return key.app == app || (migration != nullptr && is_swappable(migration->dependencies, user));
  });
}

static void say(const OperationView& view, Reporter& reporter, std::string message) {
  Finding finding;
  finding.location = view.model->name_location;
  finding.message = std::move(message);
  finding.help = "add migrations.swappable_dependency(settings.AUTH_USER_MODEL) to dependencies";
  finding.subject = "swappable";
  reporter.add(std::move(finding));
}

static void check(const OperationView& view, Reporter& reporter) {
  if (view.model == nullptr || view.migration.migration == nullptr) return;
  const django::Argument* found = nullptr;
  for (const django::Argument& argument : view.model->arguments)
    if ((argument.name == "field" || argument.name == "fields") && mentions_setting(argument.value, 0))
      found = &argument;
  const std::string& user = view.migration.project.project.settings.auth_user_model;
  const bool custom = user != "auth.User" && user.substr(0, user.find('.')) != view.migration.app;
  if (found == nullptr && custom) {
    for (const py::Value* to : relation_targets(*view.model, view.migration.migration->names))
      if (const auto* text = to->as<py::String>();
          text != nullptr && lower(text->text) == lower(user) && !swappable_before(view.migration, user))
        return say(view, reporter,
                   "this references the user model " + ticked(user) + " by name, and no dependency on it is swappable");
  }
  if (found == nullptr || depends_on_user(view.migration)) return;
  say(view, reporter, "this references the user model, and no dependency makes sure that its table is there");
}

}  // namespace of_missing_swappable_dependency

constexpr Rule missing_swappable_dependency{
    .info = {.code = "ML014",
             .name = "missing-swappable-dependency",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "The user model is referenced without a dependency that may be swapped.",
             .effect = "The migration may run before the user table is there, and cannot be used with another "
                       "user model.",
             .instead = "Add `migrations.swappable_dependency(settings.AUTH_USER_MODEL)` to `dependencies`.",
             .silent_when = "The dependency is there, directly or through another migration."},
    .on_operation = of_missing_swappable_dependency::check,
};

}  // namespace mlint::rules
