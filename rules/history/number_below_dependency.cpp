#include "rules/history/graph_problem.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_number_below_dependency {

static int number_of(const std::string& name) {
  const std::size_t end = name.find_first_not_of("0123456789");
  if (end == 0 || end == std::string::npos || end > 6) return -1;
  return std::stoi(name.substr(0, end));
}

static void check(const ProjectView& view, Reporter& reporter) {
  for (const django::Migration& migration : view.migrations) {
    const int own = number_of(migration.key.name);
    if (own < 0 || !migration.replaces.empty()) continue;
    for (const django::Dependency& dependency : migration.dependencies) {
      if (dependency.key.app != migration.key.app || number_of(dependency.key.name) <= own) continue;
      if (view.graph != nullptr && !view.graph->nodes.contains(dependency.key)) continue;  // said by another rule
      Finding finding = finding_about(
          migration,
          ticked(migration.key.name) + " depends on " + ticked(dependency.key.name) + ", whose number is higher",
          dependency.location);
      finding.help = "renumber it above what it depends on";
      reporter.add(std::move(finding));
    }
  }
}

}  // namespace of_number_below_dependency

constexpr Rule number_below_dependency{
    .info = {.code = "ML012",
             .name = "number-below-dependency",
             .group = RuleGroup::history,
             .severity = Severity::warning,
             .summary = "A migration has a number that is not above those it depends on.",
             .effect = "The order that people read from the names is not the order in which Django runs them.",
             .instead = "Renumber the migration.",
             .silent_when = "Numbers rise along the dependencies."},
    .on_project = of_number_below_dependency::check,
};

}  // namespace mlint::rules
