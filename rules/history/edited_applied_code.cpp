#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_edited_applied_code {

using history::Change;
using history::Difference;

// Only the Python of a data migration differs; a difference of statements is the other rule's.
static void check(const ProjectView& view, Reporter& reporter) {
  if (view.history == nullptr) return;
  for (const Change& change : view.history->changes) {
    if (change.kind != Change::Kind::edited || change.differences.empty()) continue;
    bool only_code = true;
    for (const Difference& difference : change.differences) only_code = only_code && history::is_code(difference);
    if (!only_code) continue;
    const Difference& first = change.differences.front();
    Finding finding;
    finding.location = first.location.file == FileId::none ? change.location : first.location;
    finding.path = view.project.prefix + change.path;
    finding.message =
        "migration " + ticked(change.key) + " is already in " + ticked(view.history->base) +
        (first.kind == Difference::Kind::code ? " and its Python changed: fresh databases will hold other rows"
                                              : " and what its Python does when it is unapplied changed");
    finding.help = "restore the function, and put the change into a new migration";
    finding.app = change.key.app;
    finding.migration = change.key.name;
    finding.subject = change.key.app + "." + change.key.name;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_edited_applied_code

constexpr Rule edited_applied_code{
    .info = {.code = "ML006",
             .name = "edited-applied-code",
             .group = RuleGroup::history,
             .severity = Severity::warning,
             .summary = "The Python of a data migration that the base already has was changed.",
             .effect = "Databases that applied it keep the old rows, fresh databases get others.",
             .instead = "Restore the function and put the change into a new migration.",
             .silent_when = "It does the same: formatting, comments, types, names of locals, how strings are put "
                            "together, what is printed."},
    .on_project = of_edited_applied_code::check,
};

}  // namespace mlint::rules
