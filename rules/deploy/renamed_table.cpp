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

// "renaming table `a` to `b`", "moving `a` to schema `b`"; empty: it keeps its name.
static std::string change_of(const OperationView& view, const Operation& operation, const Schema& before,
                             QualifiedName& table) {
  if (const auto* rename = operation.as<Rename>()) {
    if (!is_read_by_name(rename->kind) || view_takes_over(view, rename->relation.name)) return {};
    table = before.resolve(rename->relation);
    return std::string("renaming ") + (rename->kind == ObjectKind::table ? "table " : "") + ticked(table) + " to " +
           ticked(rename->new_name);
  }
  const auto* move = operation.as<SetSchema>();
  if (move == nullptr || !is_read_by_name(move->kind) || view_takes_over(view, move->name.name)) return {};
  table = before.resolve(move->name);
  return "moving " + ticked(table) + " to schema " + ticked(move->schema);
}

static void check(const OperationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    QualifiedName table;
    const std::string change = change_of(view, view.statements[i]->operation, *view.before[i], table);
    if (change.empty() || !holds_rows(*view.statements[i], table)) continue;
    if (is_new(*view.before[i], table) || view.migration.not_in_use(table)) continue;
    Finding finding;
    finding.message = change + " breaks the code of one release: it knows only one of the names";
    const auto* rename = view.statements[i]->operation.as<Rename>();
    if (view.migration.language == Language::django) {
      finding.help = "keep the table with `db_table` in Meta";
    } else if (rename != nullptr) {
      finding.help = with_steps("rename it and make a view of the old name in the same transaction",
                                renamed_behind_view(sql_name(table), rename->new_name), view);
    } else {
      finding.help = "make a view of the old name in the same transaction";
    }
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
             .summary = "A table or a view is renamed, or moved to another schema.",
             .effect = "Code of the old release fails with the new name, code of the new release with the old "
                       "one: there is no order that works for both.",
             .instead = "Keep the old name in the database (`db_table`), or leave a view of the old name "
                        "behind.",
             .silent_when = "Only the state is renamed (`db_column`, `db_table`), or the table is new on this "
                            "branch. Or a view of the old name is made at once.",
             .equivalents = "squawk:renaming-table pgsafe:rename atlas:BC101 "
                            "strong_migrations:rename_table online_migrations:rename_table "
                            "django-migration-linter:RENAME_TABLE django-safe-migrations:SM014 "
                            "pgfence:rename-table"},
    .on_operation = of_renamed_table::check,
};

}  // namespace mlint::rules
