#include "rules/history/graph_problem.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unknown_argument {

static void look(const django::ModelOperation& operation, Reporter& reporter) {
  for (const django::Argument& argument : operation.unknown_arguments) {
    Finding finding;
    finding.location = operation.name_location;
    finding.message = ticked(operation.type) + " has no argument " + ticked(argument.name);
    if (argument.name == "concurrently" && operation.known_as == "AddIndex")
      finding.help =
          "use AddIndexConcurrently (django.contrib.postgres.operations) in a migration with `atomic = False`";
    if (argument.name == "concurrently" && operation.known_as == "RemoveIndex")
      finding.help =
          "use RemoveIndexConcurrently (django.contrib.postgres.operations) in a migration with `atomic = False`";
    finding.subject = "argument." + argument.name;
    reporter.add(std::move(finding));
  }
  for (const django::ModelOperation& nested : operation.database_operations) look(nested, reporter);
  for (const django::ModelOperation& nested : operation.state_operations) look(nested, reporter);
}

static void check(const OperationView& view, Reporter& reporter) {
  if (view.model != nullptr) look(*view.model, reporter);
}

}  // namespace of_unknown_argument

constexpr Rule unknown_argument{
    .info = {.code = "ML017",
             .name = "unknown-argument",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "An operation is given an argument that it does not have.",
             .effect = "Python raises TypeError when the file is imported, so that no migration command "
                       "works.",
             .instead = "Use the operation that does what was meant, as AddIndexConcurrently.",
             .silent_when = "Every argument is one of the operation's parameters."},
    .on_operation = of_unknown_argument::check,
};

}  // namespace mlint::rules
