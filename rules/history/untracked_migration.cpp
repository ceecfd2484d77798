#include "rules/history/graph_problem.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_untracked_migration {

static void check(const ProjectView& view, Reporter& reporter) {
  if (view.history == nullptr || view.history->base.empty()) return;  // nothing is tracked yet
  for (const history::Change& change : view.history->changes) {
    if (!change.untracked || (!change.ignored && change.kind != history::Change::Kind::added)) continue;
    Finding finding;
    finding.location = change.location;
    finding.path = view.project.prefix + change.path;
    finding.message = std::string(change.ignored ? "git ignores" : "git does not track") +
                      " this migration: other machines will not have it";
    finding.help =
        change.ignored ? "take the migrations directory out of .gitignore and add the file" : "`git add` the file";
    finding.app = change.key.app;
    finding.migration = change.key.name;
    finding.subject = change.key.app + "." + change.key.name;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_untracked_migration

constexpr Rule untracked_migration{
    .info = {.code = "ML009",
             .name = "untracked-migration",
             .group = RuleGroup::history,
             .severity = Severity::warning,
             .summary = "A migration file is not under version control.",
             .effect = "Other machines do not have it, so that they make another one, or never apply it.",
             .instead = "Add the file to the repository, and take `migrations/` out of .gitignore.",
             .silent_when = "git tracks the file, staged ones included."},
    .on_project = of_untracked_migration::check,
};

}  // namespace mlint::rules
