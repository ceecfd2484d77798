#include "rules/deploy/running_code.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_renamed_column {

// Another column takes over the old name in the same migration: what running code names is there before and after.
static bool is_swapped(const MigrationView& view, const QualifiedName& table, const Rename& rename) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* other = view.statements[i].operation.as<Rename>();
    if (other == nullptr || other == &rename || other->kind != ObjectKind::column) continue;
    if (view.before_statement[i].resolve(other->relation) != table) continue;
    if (other->new_name == rename.old_name || other->old_name == rename.new_name) return true;
  }
  return false;
}

static void check(const OperationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* rename = view.statements[i]->operation.as<Rename>();
    if (rename == nullptr || rename->kind != ObjectKind::column) continue;
    const QualifiedName table = view.before[i]->resolve(rename->relation);
    if (is_swapped(view.migration, table, *rename)) continue;
    if (is_new(*view.before[i], table) || view.migration.not_in_use(table)) continue;
    const Relation* relation = view.before[i]->find(table);
    const ColumnState* column = relation == nullptr ? nullptr : relation->column(rename->old_name);
    if (column != nullptr && column->added_in == view.before[i]->unit()) continue;  // no code knows it yet
    Finding finding;
    finding.message = "renaming column " + ticked(rename->old_name) + " of " + ticked(table) + " to " +
                      ticked(rename->new_name) + " breaks the code of one release: it knows only one of the names";
    finding.help = view.migration.language == Language::django
                       ? "keep the column with `db_column`, or add a new field and copy"
                       : with_steps("add a new column, keep both in step, and drop the old one a release later",
                                    column_in_step(sql_name(table), *rename, view.before[i]->find(table)), view);
    finding.subject = subject_of(table, rename->old_name);
    finding.severity = breaks_running_code(view.migration.project.deploy);
    add_deploy_note(view.migration, finding);
    reporter.add(std::move(finding));
    return;
  }
}

}  // namespace of_renamed_column

constexpr Rule renamed_column{
    .info = {.code = "ML304",
             .name = "renamed-column",
             .group = RuleGroup::deploy,
             .severity = Severity::warning,
             .summary = "A column is renamed.",
             .effect = "Code of the old release fails with the new name, code of the new release with the old "
                       "one: there is no order that works for both.",
             .instead = "Keep the old name in the database (`db_column`), or add a column, keep both in step, "
                        "and drop the old one later.",
             .silent_when = "Only the state is renamed (`db_column`, `db_table`), the table is new on this branch, or "
                            "the column is made in the same migration.",
             .equivalents = "squawk:renaming-column pgsafe:rename pgfence:rename-column atlas:BC102 "
                            "strong_migrations:rename_column online_migrations:rename_column "
                            "django-migration-linter:RENAME_COLUMN django-safe-migrations:SM006"},
    .on_operation = of_renamed_column::check,
};

}  // namespace mlint::rules
