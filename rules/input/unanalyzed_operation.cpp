#include "rules/registry.h"

namespace mlint::rules {
namespace of_unanalyzed_operation {

// Problems of this kind are there only under --strict.
static void check(const ProjectView& view, Reporter& reporter) {
  for (const InputProblem& problem : view.input_problems) {
    if (problem.kind != InputProblem::Kind::unanalyzed_operation) continue;
    Finding finding;
    finding.location = problem.location;
    finding.message = "not analysed: " + problem.message;
    finding.help = "judge it by hand, and suppress this with the reason";
    finding.subject = problem.message;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_unanalyzed_operation

constexpr Rule unanalyzed_operation{
    .info = {.code = "ML705",
             .name = "unanalyzed-operation",
             .group = RuleGroup::input,
             .severity = Severity::error,
             .summary = "An operation is not known, or only running it would tell what it does.",
             .effect = "What it asks of the database was not judged, and the schema after it is not certain.",
             .instead = "Judge it by hand, and suppress this with the reason.",
             .silent_when = "`--strict` is not given: then such operations are only counted."},
    .on_project = of_unanalyzed_operation::check,
};

}  // namespace mlint::rules
