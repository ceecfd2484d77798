#include <map>

#include "rules/history/graph_problem.h"
#include "rules/history/numbering.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_number_below_dependency {

static void check(const ProjectView& view, Reporter& reporter) {
  std::map<std::string, bool> of_tickets;
  for (const django::Migration& migration : view.migrations) {
    const int own = leading_number(migration.key.name);
    if (own < 0 || !migration.replaces.empty()) continue;
    for (const django::Dependency& dependency : migration.dependencies) {
      if (dependency.key.app != migration.key.app || leading_number(dependency.key.name) <= own) continue;
      if (view.graph != nullptr && !view.graph->nodes.contains(dependency.key)) continue;  // said by another rule
      const auto [tickets, unasked] = of_tickets.try_emplace(migration.key.app);
      if (unasked) tickets->second = numbers_are_of_tickets(view, migration.key.app);
      if (tickets->second) continue;
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
    .info =
        {.code = "ML012",
         .name = "number-below-dependency",
         .group = RuleGroup::history,
         .severity = Severity::warning,
         .summary = "A migration has a number that is not above those it depends on.",
         .effect = "The order that people read from the names is not the order in which Django runs them.",
         .instead = "Renumber the migration.",
         .silent_when =
             "Numbers rise along the dependencies, or the app's numbers are those of tickets: far higher than it has "
             "migrations, and out of order five times or more."},
    .on_project = of_number_below_dependency::check,
};

}  // namespace mlint::rules
