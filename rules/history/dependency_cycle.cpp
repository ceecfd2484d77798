#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_dependency_cycle {

static void check(const ProjectView& view, Reporter& reporter) {
  if (view.graph == nullptr) return;
  for (const django::GraphProblem& problem : view.graph->problems) {
    if (problem.kind != django::GraphProblem::Kind::cycle || problem.nodes.empty()) continue;
    const auto node = view.graph->nodes.find(problem.nodes.front());
    if (node == view.graph->nodes.end()) continue;
    std::vector<std::string> names;
    for (const django::MigrationKey& key : problem.nodes) names.push_back(ticked(key));
    Finding finding = finding_about(*node->second, "migrations depend on each other in a cycle: " + listed(names, 8),
                                    problem.location);
    finding.help = "move one of the operations into a migration of its own that depends on both sides";
    reporter.add(std::move(finding));
  }
}

}  // namespace of_dependency_cycle

constexpr Rule dependency_cycle{
    .info = {.code = "ML003",
             .name = "dependency-cycle",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "Migrations depend on each other in a cycle.",
             .effect = "Django stops with CircularDependencyError before it runs any command that loads migrations.",
             .instead = "Move one operation into a migration of its own that depends on both sides.",
             .silent_when = "The dependencies lead in one direction."},
    .on_project = of_dependency_cycle::check,
};

}  // namespace mlint::rules
