#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_not_valid_on_partitioned_table {

static void check(const StatementView& view, Reporter& reporter) {
  if (view.migration.project.server.version >= 18) return;
  each_action<alter::AddConstraint>(view, [&](const alter::AddConstraint& add, const QualifiedName& table) {
    if (add.constraint.kind != Constraint::Kind::foreign_key || !add.constraint.not_valid) return;
    if (!is_partitioned(view.before, table)) return;
    Finding finding;
    finding.message = ticked(table) + " is partitioned: PostgreSQL " +
                      std::to_string(view.migration.project.server.version) + " refuses a NOT VALID foreign key on it";
    finding.help = with_steps(
        "add it NOT VALID to each partition, validate each, then add it to the parent, which takes "
        "them as they are",
        key_by_partition(add.constraint, table, view.before), view.operation);
    finding.subject = subject_of(table, add.constraint.name);
    reporter.add(std::move(finding));
  });
}

}  // namespace of_not_valid_on_partitioned_table

constexpr Rule not_valid_on_partitioned_table{
    .info = {.code = "ML512",
             .name = "not-valid-on-partitioned-table",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "A foreign key is added NOT VALID to a partitioned table.",
             .effect = "PostgreSQL before 18 refuses it.",
             .instead = "Add it to each partition NOT VALID, validate each, then add it to the parent, which "
                        "finds them.",
             .silent_when = "The server is PostgreSQL 18 or newer, or the table is not partitioned.",
             .postgresql = "before 18"},
    .on_statement = of_not_valid_on_partitioned_table::check,
};

}  // namespace mlint::rules
