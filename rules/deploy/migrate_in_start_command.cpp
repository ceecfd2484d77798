#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_migrate_in_start_command {

static void check(const ProjectView& view, Reporter& reporter) {
  for (const MigrateCall& call : view.project.migrate_calls) {
    if (!call.at_start) continue;
    Finding finding;
    finding.path = call.path;
    finding.message = "migrate runs in " + call.where + ": every replica races for it when it starts";
    finding.help = "run it once, in a release step before the new code starts";
    finding.subject = "start";
    reporter.add(std::move(finding));
    return;
  }
}

}  // namespace of_migrate_in_start_command

constexpr Rule migrate_in_start_command{
    .info = {.code = "ML313",
             .name = "migrate-in-start-command",
             .group = RuleGroup::deploy,
             .severity = Severity::info,
             .summary = "The command that starts the web process runs `migrate`.",
             .effect = "Every replica runs it at the same time, and a start-up probe can kill a long index "
                       "build.",
             .instead = "Run migrations in a release step of their own.",
             .silent_when = "migrate runs in a step of its own."},
    .on_project = of_migrate_in_start_command::check,
};

}  // namespace mlint::rules
