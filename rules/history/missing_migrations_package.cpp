#include "rules/history/graph_problem.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_missing_migrations_package {

static void check(const ProjectView& view, Reporter& reporter) {
  for (const App& app : view.project.apps) {
    if (app.migrations_package || app.migrations_directory.empty()) continue;
    const django::Migration* first = nullptr;
    for (const django::Migration& migration : view.migrations)
      if (first == nullptr && migration.key.app == app.label) first = &migration;
    Finding finding;
    if (first != nullptr) finding = finding_about(*first, {});
    finding.path = view.project.prefix + app.migrations_directory;
    finding.message = "migrations directory of " + ticked(app.label) + " has no `__init__.py`: Django may not see it";
    finding.help = "add an empty __init__.py";
    finding.app = app.label;
    finding.subject = app.label;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_missing_migrations_package

constexpr Rule missing_migrations_package{
    .info = {.code = "ML010",
             .name = "missing-migrations-package",
             .group = RuleGroup::history,
             .severity = Severity::warning,
             .summary = "A migrations directory has no `__init__.py`.",
             .effect = "Django takes the app for one without migrations, or finds it only by luck as a "
                       "namespace package.",
             .instead = "Add an empty `__init__.py`.",
             .silent_when = "The package file is there."},
    .on_project = of_missing_migrations_package::check,
};

}  // namespace mlint::rules
