#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_truncated_table {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* truncate = view.statement.operation.as<Truncate>();
  if (truncate == nullptr || truncate->cascade) return;
  for (const RelationRef& table : truncate->tables) {
    const QualifiedName name = resolved(view, table.name);
    if (is_new(view.before, name)) continue;
    Finding finding;
    finding.message = "TRUNCATE empties " + ticked(name) + " under ACCESS EXCLUSIVE";
    finding.help = "DELETE in batches when others use the table";
    finding.subject = subject_of(name, "truncate");
    report(view, reporter, Hazard::data_loss, name, std::move(finding));
  }
}

}  // namespace of_truncated_table

constexpr Rule truncated_table{
    .info = {.code = "ML207",
             .name = "truncated-table",
             .group = RuleGroup::data_loss,
             .severity = Severity::warning,
             .summary = "TRUNCATE empties a table.",
             .effect = "All rows are gone at once, under ACCESS EXCLUSIVE: readers and writers wait.",
             .instead = "DELETE in batches, or make sure that the table is a cache.",
             .silent_when = "The table is made in the same migration or file.",
             .equivalents = "pgsafe:truncate pgfence:truncate django-safe-migrations:SM048"},
    .on_statement = of_truncated_table::check,
};

}  // namespace mlint::rules
