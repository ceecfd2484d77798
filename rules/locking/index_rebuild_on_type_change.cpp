#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_index_rebuild_on_type_change {

static void check(const StatementView& view, Reporter& reporter) {
  if (view.statement.operation.as<AlterTable>() == nullptr) return;
  std::vector<std::string> indexes;
  QualifiedName table;
  for (const Work& work : view.statement.effects.work) {
    if (work.kind == WorkKind::rewrite) return;
    if (work.kind != WorkKind::index_rebuild || work.new_in_unit) continue;
    if (work.cause != Cause::type_change && work.cause != Cause::collation_change) continue;
    table = work.relation;
    indexes.push_back(ticked(work.object));
  }
  if (indexes.empty()) return;
  Finding finding;
  finding.message = "the change of type keeps the rows of " + ticked(table) + " but rebuilds " + listed(indexes) +
                    " under ACCESS EXCLUSIVE: reads and writes wait";
  finding.notes.push_back(
      "expression, partial and partitioned indexes on the column are always rebuilt, and every "
      "index when the collation changes");
  Recipe recipe;
  const Relation* relation = view.before.find(table);
  for (const auto* change : actions<alter::SetType>(view.statement.operation))
    if (relation != nullptr && relation->kind == RelationKind::table && view.operation.statements.size() == 1)
      recipe = index_aside(sql_name(table), *change, *relation);
  finding.help = with_steps(
      "drop the index concurrently before the change and build it concurrently behind it, if queries can do without "
      "for so long; else add a new column and swap",
      recipe, view.operation);
  finding.subject = subject_of(table, "indexes");
  report(view, reporter, Hazard::scan_under_lock, table, std::move(finding));
}

}  // namespace of_index_rebuild_on_type_change

constexpr Rule index_rebuild_on_type_change{
    .info = {.code = "ML116",
             .name = "index-rebuild-on-type-change",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A change of type or collation keeps the rows but rebuilds indexes.",
             .effect = "The indexes are built again under ACCESS EXCLUSIVE, so every query on the table waits "
                       "until they are done.",
             .instead = "Add a new column, or build a new index with CONCURRENTLY and drop the old one before "
                        "the change.",
             .silent_when = "No index has to be built again: a plain index on a varchar that grows."},
    .on_statement = of_index_rebuild_on_type_change::check,
};

}  // namespace mlint::rules
