#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_conflicting_leaves {

static const django::Migration* find(const ProjectView& view, const django::MigrationKey& key) {
  const auto node = view.graph->nodes.find(key);
  return node == view.graph->nodes.end() ? nullptr : node->second;
}

// The finding stands on the leaf that this branch added, else on the last by name.
static const django::MigrationKey& main_leaf(const ProjectView& view, const std::vector<django::MigrationKey>& leaves) {
  for (auto leaf = leaves.rbegin(); leaf != leaves.rend(); ++leaf)
    if (std::find(view.changed.begin(), view.changed.end(), *leaf) != view.changed.end()) return *leaf;
  return leaves.back();
}

static Location place_of(const django::Migration& migration) {
  return migration.dependencies_location.span.empty() ? migration.class_location : migration.dependencies_location;
}

// A dependency that is not there leaves its parent without a child: that is said once, by its own rule.
static bool lacks_node(const ProjectView& view, const std::string& app) {
  for (const django::GraphProblem& problem : view.graph->problems) {
    if (problem.kind != django::GraphProblem::Kind::missing_node || problem.nodes.empty()) continue;
    if (problem.nodes.front().app == app && problem.nodes.back().app == app) return true;
  }
  return false;
}

static void check(const ProjectView& view, Reporter& reporter) {
  if (view.graph == nullptr) return;
  for (const django::GraphProblem& problem : view.graph->problems) {
    if (problem.kind != django::GraphProblem::Kind::conflicting_leaves || problem.nodes.empty()) continue;
    if (lacks_node(view, problem.nodes.front().app)) continue;
    std::vector<django::MigrationKey> leaves = problem.nodes;
    std::sort(leaves.begin(), leaves.end());
    const django::MigrationKey& main = main_leaf(view, leaves);
    const django::Migration* migration = find(view, main);
    if (migration == nullptr) continue;
    std::vector<std::string> names;
    for (const django::MigrationKey& leaf : leaves) names.push_back(ticked(leaf.name));
    Finding finding;
    finding.location = place_of(*migration);
    finding.message = "app " + ticked(main.app) + " has " + std::to_string(leaves.size()) + " leaf migrations, " +
                      listed(names) + ": `migrate` refuses to run";
    for (const django::MigrationKey& leaf : leaves)
      if (const django::Migration* other = find(view, leaf); other != nullptr && leaf != main)
        finding.labels.push_back({place_of(*other), {}, "the other leaf"});
    if (problem.common_parent)
      finding.notes.push_back("both come from " +
                              ticked(problem.common_parent->app + "." + problem.common_parent->name));
    finding.help = "after a rebase, delete the new migration and run `makemigrations " + main.app +
                   "` again, or join the leaves with `makemigrations " + main.app + " --merge`";
    finding.app = main.app;
    finding.migration = main.name;
    finding.subject = main.app;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_conflicting_leaves

constexpr Rule conflicting_leaves{
    .info = {.code = "ML001",
             .name = "conflicting-leaves",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "An app has more than one migration that nothing depends on.",
             .effect = "`migrate` stops with \"Conflicting migrations detected\" before it applies anything.",
             .instead = "Make the later migration again after a rebase, or join both with `makemigrations --merge`.",
             .silent_when = "A merge migration joins the leaves.",
             .equivalents = "django-safe-migrations:SM027"},
    .on_project = of_conflicting_leaves::check,
};

}  // namespace mlint::rules
