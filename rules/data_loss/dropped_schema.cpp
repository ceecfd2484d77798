#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_schema {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* drop = view.statement.operation.as<Drop>();
  if (drop == nullptr || (drop->kind != ObjectKind::schema)) return;
  for (const QualifiedName& name : drop->names) {
    Finding finding;
    finding.message = "schema " + ticked(name) + " is dropped with what it holds";
    finding.help = "take a backup first, and drop it one release after its last use";
    finding.subject = subject_of(name);
    finding.severity = severity_of(Hazard::mass_change, TableSize::unknown);
    reporter.add(std::move(finding));
  }
}

}  // namespace of_dropped_schema

constexpr Rule dropped_schema{
    .info = {.code = "ML203",
             .name = "dropped-schema",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "A schema is dropped.",
             .effect = "What it holds is gone, and rolling the migration back does not bring it back.",
             .instead = "Drop it one release after the last use, with a backup at hand.",
             .silent_when = "Nothing of that kind is dropped.",
             .equivalents = "atlas:DS101 django-safe-migrations:SM050 pgfence:drop-schema pgfence:drop-schema-cascade"},
    .on_statement = of_dropped_schema::check,
};

}  // namespace mlint::rules
