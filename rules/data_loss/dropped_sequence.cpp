#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_sequence {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* drop = view.statement.operation.as<Drop>();
  if (drop == nullptr || (drop->kind != ObjectKind::sequence)) return;
  for (const QualifiedName& name : drop->names) {
    Finding finding;
    finding.message = "sequence " + ticked(name) + " is dropped with what it holds";
    finding.help = "take a backup first, and drop it one release after its last use";
    finding.subject = subject_of(name);
    finding.severity = severity_of(Hazard::data_loss, TableSize::unknown);
    reporter.add(std::move(finding));
  }
}

}  // namespace of_dropped_sequence

constexpr Rule dropped_sequence{
    .info = {.code = "ML205",
             .name = "dropped-sequence",
             .group = RuleGroup::data_loss,
             .severity = Severity::warning,
             .summary = "A sequence is dropped.",
             .effect = "What it holds is gone, and rolling the migration back does not bring it back.",
             .instead = "Drop it one release after the last use, with a backup at hand.",
             .silent_when = "Nothing of that kind is dropped."},
    .on_statement = of_dropped_sequence::check,
};

}  // namespace mlint::rules
