#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_edited_applied {

using history::Change;
using history::Difference;

static std::string what_differs(const Difference& difference) {
  switch (difference.kind) {
    case Difference::Kind::statements:
      return "asks something else of the database";
    case Difference::Kind::reverse_statements:
      return "asks something else of the database when it is unapplied";
    case Difference::Kind::atomic:
      return "has another `atomic`";
    case Difference::Kind::graph:
      return "has other dependencies";
    case Difference::Kind::replaces:
      return "replaces other migrations";
    case Difference::Kind::code:
    case Difference::Kind::reverse_code:
      return "runs other Python";
  }
  return "differs";
}

static void check(const ProjectView& view, Reporter& reporter) {
  if (view.history == nullptr) return;
  for (const Change& change : view.history->changes) {
    if (change.kind != Change::Kind::edited) continue;
    const Difference* found = nullptr;
    for (const Difference& difference : change.differences)
      if (found == nullptr && !history::is_code(difference)) found = &difference;
    if (found == nullptr) continue;
    Finding finding;
    finding.location = found->location.file == FileId::none ? change.location : found->location;
    finding.path = view.project.prefix + change.path;
    const std::string known = "migration " + ticked(change.key) + " is already in " + ticked(view.history->base);
    finding.message = found->known
                          ? known + " and now " + what_differs(*found) + ": databases that applied it will differ"
                          : known +
                                " and was edited where it cannot be evaluated: it may ask something else of the "
                                "database";
    if (!found->known) finding.severity = Severity::warning;
    if (!found->before.empty()) finding.notes.push_back("before: " + found->before);
    if (!found->after.empty()) finding.notes.push_back("now: " + found->after);
    finding.help = "restore the file, and put the change into a new migration";
    finding.app = change.key.app;
    finding.migration = change.key.name;
    finding.subject = change.key.app + "." + change.key.name;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_edited_applied

constexpr Rule edited_applied{
    .info = {.code = "ML005",
             .name = "edited-applied",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "A migration that the base already has now asks something else of the database.",
             .effect = "Databases that applied it never see the change, new ones do, and the two drift apart.",
             .instead = "Restore the file and put the change into a new migration.",
             .silent_when = "The statements, `atomic` and the graph are the same: formatting, comments, attributes "
                            "without SQL."},
    .on_project = of_edited_applied::check,
};

}  // namespace mlint::rules
