#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unreadable_migration {

static void check(const ProjectView& view, Reporter& reporter) {
  for (const InputProblem& problem : view.input_problems) {
    const bool unreadable =
        problem.kind == InputProblem::Kind::unreadable_migration || problem.kind == InputProblem::Kind::unreadable_sql;
    if (!unreadable) continue;
    Finding finding;
    finding.location = problem.location;
    finding.path = problem.path;
    finding.message = problem.message;
    finding.subject = problem.path;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_unreadable_migration

constexpr Rule unreadable_migration{
    .info = {.code = "ML702",
             .name = "unreadable-migration",
             .group = RuleGroup::input,
             .severity = Severity::error,
             .summary = "A migration could be read but not understood.",
             .effect = "Nothing in it was judged, and the schema after it is not known.",
             .instead = "Correct what the message names: syntax, encoding, or an operations list that only running the "
                        "file could tell."},
    .on_project = of_unreadable_migration::check,
};

}  // namespace mlint::rules
