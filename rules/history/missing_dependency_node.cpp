#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_missing_dependency_node {

static void check(const ProjectView& view, Reporter& reporter) {
  if (view.graph == nullptr) return;
  for (const django::GraphProblem& problem : view.graph->problems) {
    if (problem.kind != django::GraphProblem::Kind::missing_node || problem.nodes.size() < 2) continue;
    const auto node = view.graph->nodes.find(problem.nodes[0]);
    if (node == view.graph->nodes.end()) continue;
    Finding finding = finding_about(
        *node->second, "depends on " + ticked(problem.nodes[1]) + ", and there is no such migration", problem.location);
    std::vector<django::MigrationKey> siblings = view.graph->leaves(problem.nodes[1].app);
    std::erase(siblings, problem.nodes[0]);
    if (!siblings.empty())
      finding.help = "the last migration of " + ticked(problem.nodes[1].app) + " is " + ticked(siblings.back().name);
    const std::string& app = problem.nodes[1].app;
    if (const std::size_t dot = app.rfind('.'); dot != std::string::npos)
      finding.help = "an app is named by its label, not by its module: (\"" + app.substr(dot + 1) + "\", \"" +
                     problem.nodes[1].name + "\")";
    finding.subject += "." + problem.nodes[1].app + "." + problem.nodes[1].name;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_missing_dependency_node

constexpr Rule missing_dependency_node{
    .info = {.code = "ML002",
             .name = "missing-dependency-node",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "A migration depends on one that does not exist.",
             .effect = "Django stops with NodeNotFoundError before it runs any command that loads migrations.",
             .instead = "Depend on a migration that exists.",
             .silent_when = "The app is installed from a package, so that its migrations are not in the repository."},
    .on_project = of_missing_dependency_node::check,
};

}  // namespace mlint::rules
