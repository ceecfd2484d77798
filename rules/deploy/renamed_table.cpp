#include "rules/deploy/running_code.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_renamed_table {

// A view of the old name made in the same migration keeps running code alive.
static bool view_takes_over(const OperationView& view, const std::string& name) {
  for (const Statement& statement : view.migration.statements)
    if (const auto* made = statement.operation.as<CreateView>(); made != nullptr && made->name.name == name)
      return true;
  return false;
}

// ALTER TABLE … RENAME also renames sequences and indexes, which no code names.
static bool holds_rows(const Statement& statement, const QualifiedName& table) {
  const RelationLock* lock = statement.effects.lock_on(table);
  if (lock == nullptr) return true;
  return lock->kind != RelationKind::sequence && lock->kind != RelationKind::index &&
         lock->kind != RelationKind::partitioned_index && lock->kind != RelationKind::composite_type;
}

static void check(const OperationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* rename = view.statements[i]->operation.as<Rename>();
    if (rename == nullptr || rename->kind != ObjectKind::table || view_takes_over(view, rename->relation.name))
      continue;
    const QualifiedName table = view.before[i]->resolve(rename->relation);
    if (!holds_rows(*view.statements[i], table)) continue;
    if (is_new(*view.before[i], table) || view.migration.created_on_branch(table)) continue;
    Finding finding;
    finding.message = "renaming table " + ticked(table) + " to " + ticked(rename->new_name) +
                      " breaks the code of one release: it knows only one of the names";
    finding.help = view.migration.language == Language::django
                       ? "keep the table with `db_table` in Meta"
                       : with_steps("rename it and make a view of the old name in the same transaction",
                                    renamed_behind_view(sql_name(table), rename->new_name), view);
    finding.subject = subject_of(table, "name");
    finding.severity = breaks_running_code(view.migration.project.deploy);
    add_deploy_note(view.migration, finding);
    reporter.add(std::move(finding));
    return;
  }
}

}  // namespace of_renamed_table

constexpr Rule renamed_table{
    .info = {.code = "ML305",
             .name = "renamed-table",
             .group = RuleGroup::deploy,
             .severity = Severity::warning,
             .summary = "A table is renamed.",
             .effect = "Code of the old release fails with the new name, code of the new release with the old "
                       "one: there is no order that works for both.",
             .instead = "Keep the old name in the database (`db_table`), or leave a view of the old name "
                        "behind.",
             .silent_when = "Only the state is renamed (`db_column`, `db_table`), or the table is new on this "
                            "branch. Or a view of the old name is made at once.",
             .equivalents = "squawk:renaming-table pgsafe:rename atlas:BC101 strong_migrations:rename_table "
                            "online_migrations:rename_table django-migration-linter:RENAME_TABLE "
                            "django-safe-migrations:SM014"},
    .on_operation = of_renamed_table::check,
};

}  // namespace mlint::rules
