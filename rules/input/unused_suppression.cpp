#include "rules/registry.h"

namespace mlint::rules {
namespace of_unused_suppression {

static void check(const ProjectView& view, Reporter& reporter) {
  for (const InputProblem& problem : view.input_problems) {
    if (problem.kind != InputProblem::Kind::unused_suppression) continue;
    Finding finding;
    finding.location = problem.location;
    finding.message = problem.message;
    finding.help = "take the rule out of the comment, or the comment away";
    finding.subject = problem.message;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_unused_suppression

constexpr Rule unused_suppression{
    .info = {.code = "ML706",
             .name = "unused-suppression",
             .group = RuleGroup::input,
             .severity = Severity::info,
             .summary = "A suppression hides nothing.",
             .effect = "It would hide the next finding of that rule, which nobody has looked at.",
             .instead = "Take the rule out of the comment, or the comment away.",
             .silent_when = "The rule did not run on the file: it is switched off, or the migration is not judged."},
    .on_project = of_unused_suppression::check,
};

}  // namespace mlint::rules
