#include "rules/advice.h"
#include "rules/data/data_step.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_column {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* alter = view.statement.operation.as<AlterTable>();
  if (alter == nullptr) return;
  const QualifiedName table = resolved(view, alter->name);
  if (is_new(view.before, table) || goes_later(view.migration, view.statement, table)) return;
  for (const AlterAction& action : alter->actions) {
    const auto* drop = action.as<alter::DropColumn>();
    if (drop == nullptr) continue;
    const Relation* relation = view.before.find(table);
    const ColumnState* column = relation == nullptr ? nullptr : relation->column(drop->name);
    if (column != nullptr && (column->generated || column->added_in == view.before.unit())) continue;
    if (copied_earlier(view, table, drop->name)) continue;
    Finding finding;
    finding.message = "column " + ticked(drop->name) + " of " + ticked(table) + " is dropped with its data";
    finding.help = "take a backup of the column first, and drop it one release after the code stopped using it";
    finding.subject = subject_of(table, drop->name);
    report(view, reporter, Hazard::data_loss, table, std::move(finding));
  }
}

}  // namespace of_dropped_column

constexpr Rule dropped_column{
    .info = {.code = "ML201",
             .name = "dropped-column",
             .group = RuleGroup::data_loss,
             .severity = Severity::warning,
             .summary = "A column is dropped with everything that is stored in it.",
             .effect = "The values are gone; rolling the migration back brings an empty column.",
             .instead = "Drop it one release after the code stopped using it, with a backup at hand.",
             .silent_when =
                 "The column or its table is made in the same migration, or is generated, or the table is dropped "
                 "in the same migration, or a step that was merged earlier copied it; looks-like-rename or "
                 "dropped-after-copy says more.",
             .equivalents = "squawk:ban-drop-column pgsafe:drop-column atlas:DS103 "
                            "strong_migrations:remove_column online_migrations:remove_column "
                            "django-migration-linter:DROP_COLUMN django-safe-migrations:SM002 "
                            "pgfence:drop-column"},
    .on_statement = of_dropped_column::check,
};

}  // namespace mlint::rules
