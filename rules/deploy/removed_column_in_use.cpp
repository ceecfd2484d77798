#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_removed_column_in_use {

static void check(const OperationView& view, Reporter& reporter) {
  if (runs_after_deploy(view.migration)) return;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const StatementView at{view.migration, view, *view.statements[i], *view.before[i]};
    each_action<alter::DropColumn>(at, [&](const alter::DropColumn& drop, const QualifiedName& table) {
      if (view.migration.not_in_use(table) || !state_goes_with(view, drop.name)) return;
      if (goes_later(view.migration, at.statement, table)) return;  // said of the table
      const Relation* relation = at.before.find(table);
      const ColumnState* column = relation == nullptr ? nullptr : relation->column(drop.name);
      if (column != nullptr && column->added_in == at.before.unit()) return;
      Finding finding;
      finding.message = "running code still selects and inserts " + ticked(drop.name) + " of " + ticked(table) +
                        ", and fails once the column is gone";
      finding.help = view.migration.language == Language::django
                         ? "in this release only remove it from the state: "
                           "SeparateDatabaseAndState(state_operations=[RemoveField]), with "
                           "the column nullable or with a default; drop it in the next release"
                         : "drop it one release after the code stopped using it";
      finding.subject = subject_of(table, drop.name);
      finding.severity = breaks_running_code(view.migration.project.deploy);
      add_deploy_note(view.migration, finding);
      reporter.add(std::move(finding));
    });
  }
}

}  // namespace of_removed_column_in_use

constexpr Rule removed_column_in_use{
    .info = {.code = "ML302",
             .name = "removed-column-in-use",
             .group = RuleGroup::deploy,
             .severity = Severity::warning,
             .summary = "A column goes that the running release still reads and writes.",
             .effect = "Django names every column in its SELECT and INSERT, so code of the previous release "
                       "fails on every query until it is replaced.",
             .instead = "First release the removal from the code and from the state "
                        "(SeparateDatabaseAndState), and drop the column one release later.",
             .silent_when =
                 "The field left the state in an earlier release, the column is new on this branch, the whole table "
                 "goes in the same migration, or django-safemigrate runs it after the deploy "
                 "(`safe = Safe.after_deploy()`).",
             .equivalents = "squawk:ban-drop-column pgsafe:drop-column strong_migrations:remove_column "
                            "online_migrations:remove_column django-migration-linter:DROP_COLUMN "
                            "django-safe-migrations:SM002 pgfence:drop-column"},
    .on_operation = of_removed_column_in_use::check,
};

}  // namespace mlint::rules
