#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_concurrent_reindex_of_partitioned_table {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* reindex = view.statement.operation.as<Reindex>();
  if (reindex == nullptr || !reindex->concurrently || reindex->target != Reindex::Target::table) return;
  const QualifiedName table = resolved(view, reindex->name);
  if (!is_partitioned(view.before, table)) return;
  Finding finding;
  finding.message = "REINDEX CONCURRENTLY of the partitioned table " + ticked(table) +
                    " locks each partition against writers for a moment";
  Recipe recipe;
  for (const Relation* partition : view.before.descendants(table))
    if (partition->kind == RelationKind::table)
      recipe.push_back({.sql = {"REINDEX TABLE CONCURRENTLY " + sql_name(partition->name)}, .alone = true});
  finding.help = with_steps("rebuild each partition by itself", recipe, view.operation);
  finding.subject = subject_of(table, "reindex");
  reporter.add(std::move(finding));
}

}  // namespace of_concurrent_reindex_of_partitioned_table

constexpr Rule concurrent_reindex_of_partitioned_table{
    .info = {.code = "ML513",
             .name = "concurrent-reindex-of-partitioned-table",
             .group = RuleGroup::transactions,
             .severity = Severity::warning,
             .summary = "REINDEX TABLE CONCURRENTLY runs on a partitioned table.",
             .effect = "Each partition is locked against writers for a moment, although CONCURRENTLY promises "
                       "otherwise.",
             .instead = "REINDEX … CONCURRENTLY on each partition.",
             .silent_when = "The table is not partitioned.",
             .postgresql = "14+"},
    .on_statement = of_concurrent_reindex_of_partitioned_table::check,
};

}  // namespace mlint::rules
