#include <algorithm>
#include <optional>
#include <set>

#include "analyzer/django/contrib.h"
#include "rules/data/python_body.h"
#include "rules/deploy/running_code.h"
#include "rules/history/relation.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_missing_app_dependency {

static void collect(const django::Graph& graph, const django::MigrationKey& key, std::set<django::MigrationKey>& seen) {
  std::vector<django::MigrationKey> open{key};
  while (!open.empty()) {
    const django::MigrationKey next = open.back();
    open.pop_back();
    if (!seen.insert(next).second) continue;
    const auto parents = graph.parents.find(next);
    if (parents != graph.parents.end()) open.insert(open.end(), parents->second.begin(), parents->second.end());
  }
}

struct Reach {
  std::set<std::string> apps;
  bool open = false;  // through a package of which the dependencies are not known
};

static void reach(Reach& to, const django::Graph& graph, const std::string& app, const std::set<std::string>& own) {
  if (app.empty() || !to.apps.insert(app).second || own.count(app) > 0) return;
  const std::optional<std::vector<std::string>> further = django::contrib_dependencies(app);
  to.open = to.open || !further;
  if (!further) return;
  for (const std::string& each : *further) reach(to, graph, each, own);
}

// swappable_dependency(settings.AUTH_USER_MODEL) leads to the app of the user model, an installed one too.
static std::string app_of(const django::Dependency& dependency, const ProjectView& project) {
  if (dependency.swappable.empty()) return dependency.key.app;
  const std::string& model = dependency.swappable.ends_with("AUTH_USER_MODEL")
                                 ? project.project.settings.auth_user_model
                                 : dependency.swappable;
  return model.substr(0, model.find('.'));
}

static Reach apps_depended_on(const OperationView& view, const django::Graph& graph) {
  std::set<django::MigrationKey> ancestors;
  collect(graph, {view.migration.app, view.migration.name}, ancestors);
  std::set<std::string> own;
  for (const auto& [key, migration] : graph.nodes)
    if (migration != nullptr) own.insert(key.app);
  Reach to;
  for (const django::MigrationKey& key : ancestors) {
    reach(to, graph, key.app, own);
    const auto node = graph.nodes.find(key);
    if (node == graph.nodes.end() || node->second == nullptr) continue;
    to.open = to.open || !node->second->dependencies_reason.empty();
    for (const django::Dependency& dependency : node->second->dependencies)
      reach(to, graph, app_of(dependency, view.migration.project), own);
  }
  to.apps.insert(view.migration.app);
  return to;
}

// What most relations point at: an app of the project that runs before, or one that is named in the dependencies.
static bool plainly_depends_on(const OperationView& view, const django::Graph& graph, const std::string& app) {
  if (app == view.migration.app) return true;
  const auto before = graph.apps_before.find({view.migration.app, view.migration.name});
  if (before != graph.apps_before.end() && before->second && before->second->contains(app)) return true;
  const auto& dependencies = view.migration.migration->dependencies;
  return std::any_of(dependencies.begin(), dependencies.end(),
                     [&](const django::Dependency& dependency) { return dependency.key.app == app; });
}

// The migration that makes the model: a later one may itself depend on the one under judgement. Else the app's last.
static std::string maker_of(const django::Graph& graph, const std::string& app, const std::string& model) {
  for (const django::MigrationKey& key : graph.order) {
    const auto node = graph.nodes.find(key);
    if (key.app != app || node == graph.nodes.end() || node->second == nullptr) continue;
    for (const django::ModelOperation& operation : node->second->operations) {
      const bool makes = operation.known_as == "CreateModel" || operation.known_as == "RenameModel";
      const auto name = operation.text(operation.known_as == "CreateModel" ? "name" : "new_name");
      if (makes && lower(name) == lower(model)) return key.name;
    }
  }
  const auto leaves = graph.leaves(app);
  return leaves.empty() ? django::contrib_dependencies(app) ? "0001_initial" : "__first__" : leaves.back().name;
}

static void say(Reporter& reporter, Location location, const std::string& what, const std::string& app,
                const std::string& maker) {
  Finding finding;
  finding.location = location;
  finding.message = what + " fails where " + ticked(app) +
                    " is migrated later, as a fresh database may: nothing of it is among the dependencies";
  finding.help = "add (\"" + app + "\", \"" + maker + "\") to dependencies";
  finding.subject = "dependency." + app;
  reporter.add(std::move(finding));
}

// try: apps.get_model(…) except LookupError: …
static bool may_be_missing(const django::PythonBody& body, const django::PythonModel& model) {
  return std::any_of(body.calls.begin(), body.calls.end(), [&](const django::PythonCall& call) {
    return call.lookup_caught && call.location.span.begin <= model.location.span.begin &&
           model.location.span.end <= call.location.span.end;
  });
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::Graph* graph = view.migration.project.graph;
  if (view.model == nullptr || graph == nullptr || view.migration.migration == nullptr) return;
  const django::PythonBody* body = python_body(view);
  std::optional<Reach> known;  // a walk over all of history, for the few that need it
  const auto reached = [&]() -> const Reach& {
    if (!known) known = apps_depended_on(view, *graph);
    return *known;
  };
  for (const py::Value* target : relation_targets(*view.model, view.migration.migration->names)) {
    const auto* to = target->as<py::String>();
    if (to == nullptr || to->text.find('.') == std::string::npos) continue;
    if (is_replaced_user(*target, view.migration.project.project.settings.auth_user_model)) continue;
    const std::string app = to->text.substr(0, to->text.find('.'));
    if (plainly_depends_on(view, *graph, app)) continue;
    const auto leaves = graph->leaves(app);
    // What an installed package depends on is not in the repository; of Django's own apps it is known.
    const bool own = !leaves.empty() && graph->nodes.count(leaves.back()) > 0;
    const bool contrib = leaves.empty() && django::contrib_dependencies(app) && !reached().open;
    if ((!own && !contrib) || reached().apps.count(app) > 0) continue;
    say(reporter, target->source, "the relation to " + ticked(to->text), app,
        maker_of(*graph, app, to->text.substr(app.size() + 1)));
  }
  if (body == nullptr) return;
  for (const django::PythonModel& model : body->models) {
    if (model.app.empty() || plainly_depends_on(view, *graph, model.app) || may_be_missing(*body, model)) continue;
    if (reached().apps.count(model.app) > 0) continue;
    const auto leaves = graph->leaves(model.app);
    const bool own = !leaves.empty() && graph->nodes.count(leaves.back()) > 0;
    if (!own && reached().open) continue;
    say(reporter, model.location, "get_model(" + ticked(model.app + "." + model.model) + ")", model.app,
        maker_of(*graph, model.app, model.model));
  }
}

}  // namespace of_missing_app_dependency

constexpr Rule missing_app_dependency{
    .info = {.code = "ML008",
             .name = "missing-app-dependency",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "A relation or a data migration names a model of an app that the migration does not depend on.",
             .effect = "The model is not in the state when that app's migrations run later, as on a fresh "
                       "database.",
             .instead = "Add the app's migration to `dependencies`.",
             .silent_when =
                 "A dependency leads to the app, directly or through others, or a handler of LookupError or Exception "
                 "expects the model to be missing."},
    .on_operation = of_missing_app_dependency::check,
};

}  // namespace mlint::rules
