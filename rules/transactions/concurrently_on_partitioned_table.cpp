#include "analyzer/operation/printer.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_concurrently_on_partitioned_table {

static void check(const StatementView& view, Reporter& reporter) {
  QualifiedName table;
  bool drops = false;
  if (const auto* index = view.statement.operation.as<CreateIndex>();
      index != nullptr && index->concurrently && !index->only)
    table = resolved(view, index->table);
  if (const auto* drop = view.statement.operation.as<Drop>();
      drop != nullptr && drop->kind == ObjectKind::index && drop->concurrently && !drop->names.empty()) {
    drops = true;
    if (const Relation* relation = view.before.find_index_table(drop->names.front())) table = relation->name;
  }
  if (table.name.empty() || !is_partitioned(view.before, table)) return;
  Finding finding;
  finding.message = ticked(table) + " is partitioned: PostgreSQL refuses CONCURRENTLY on it";
  finding.help =
      drops ? "drop it without CONCURRENTLY, with a short lock_timeout"
            : with_steps("make it on the parent ONLY, build it concurrently on each partition, and attach those",
                         index_by_partition(*view.statement.operation.as<CreateIndex>(), view.before), view.operation);
  finding.subject = subject_of(table, "concurrently");
  reporter.add(std::move(finding));
}

}  // namespace of_concurrently_on_partitioned_table

constexpr Rule concurrently_on_partitioned_table{
    .info = {.code = "ML511",
             .name = "concurrently-on-partitioned-table",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "CONCURRENTLY is used on a partitioned table or index.",
             .effect = "PostgreSQL refuses it.",
             .instead = "CREATE INDEX ON ONLY the parent, build on each partition with CONCURRENTLY, then "
                        "ALTER INDEX … ATTACH PARTITION.",
             .silent_when = "The table is not partitioned, or ONLY is given."},
    .on_statement = of_concurrently_on_partitioned_table::check,
};

}  // namespace mlint::rules
