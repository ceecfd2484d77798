#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_malformed_suppression {

static void check(const ProjectView& view, Reporter& reporter) {
  for (const InputProblem& problem : view.input_problems) {
    if (problem.kind != InputProblem::Kind::malformed_suppression) continue;
    Finding finding;
    finding.location = problem.location;
    finding.path = problem.path;
    finding.message = problem.message;
    finding.help = "write `mlint: ignore[rule] -- reason`";
    finding.subject = problem.path;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_malformed_suppression

constexpr Rule malformed_suppression{
    .info = {.code = "ML703",
             .name = "malformed-suppression",
             .group = RuleGroup::input,
             .severity = Severity::warning,
             .summary = "A comment looks like a suppression and suppresses nothing.",
             .effect = "The finding it was meant for is still reported.",
             .instead = "Write `mlint: ignore[rule] -- reason` on the operation, with names of rules that exist."},
    .on_project = of_malformed_suppression::check,
};

}  // namespace mlint::rules
