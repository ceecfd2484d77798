#include <set>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

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

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  const django::Graph* graph = view.migration.project.graph;
  if (body == nullptr || graph == nullptr || body->models.empty()) return;
  std::set<django::MigrationKey> ancestors;
  collect(*graph, {view.migration.app, view.migration.name}, ancestors);
  std::set<std::string> apps;
  for (const django::MigrationKey& key : ancestors) apps.insert(key.app);
  for (const django::Dependency& dependency : view.migration.migration->dependencies) apps.insert(dependency.key.app);
  for (const django::PythonModel& model : body->models) {
    if (model.app.empty() || apps.count(model.app) > 0) continue;
    const auto last = graph->leaves(model.app);
    const bool known = !last.empty();
    Finding finding;
    finding.location = model.location;
    finding.message = "get_model(" + ticked(model.app + "." + model.model) +
                      ") fails on a fresh database: nothing of " + ticked(model.app) + " is among the dependencies";
    finding.help = "add (\"" + model.app + "\", \"" + (known ? last.back().name : std::string("__first__")) +
                   "\") to dependencies";
    finding.subject = "dependency." + model.app;
    reporter.add(std::move(finding));
  }
}

constexpr Rule missing_app_dependency{
    .info = {.code = "ML008",
             .name = "missing-app-dependency",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "A data migration gets a model of an app that the migration does not depend on.",
             .effect = "apps.get_model raises LookupError when that app's migrations run later, as on a fresh "
                       "database.",
             .instead = "Add the app's migration to `dependencies`.",
             .silent_when = "A dependency leads to the app, directly or through others."},
    .on_operation = check,
};

}  // namespace mlint::rules
