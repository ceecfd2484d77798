#include "analyzer/operation/printer.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_parent_locked_by_new_partition {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* table = view.statement.operation.as<CreateTable>();
  if (table == nullptr || !table->bound || table->inherits.empty()) return;
  const QualifiedName parent = resolved(view, table->inherits.front());
  if (is_new(view.before, parent)) return;
  bool scanned = false;
  each_work(view.statement.effects, Cause::default_partition, [&](const Work&) { scanned = true; });
  Finding finding;
  finding.message = "making partition " + ticked(table->name) + " takes ACCESS EXCLUSIVE on " + ticked(parent) +
                    ": reads and writes wait";
  if (scanned)
    finding.notes.push_back("the DEFAULT partition is read in full, to see that no row belongs to the new one");
  finding.help = with_steps("make a table like it and attach it, which takes only SHARE UPDATE EXCLUSIVE on the parent",
                            table_then_attach(*table, sql_name(parent)), view.operation);
  finding.subject = subject_of(parent, table->name.name);
  report(view, reporter, Hazard::partition_lock, parent, std::move(finding));
}

}  // namespace of_parent_locked_by_new_partition

constexpr Rule parent_locked_by_new_partition{
    .info = {.code = "ML128",
             .name = "parent-locked-by-new-partition",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "CREATE TABLE … PARTITION OF locks the partitioned table.",
             .effect = "ACCESS EXCLUSIVE on the parent and on its DEFAULT partition: reads and writes of all "
                       "partitions wait behind it.",
             .instead = "CREATE TABLE (LIKE parent), then ALTER TABLE … ATTACH PARTITION, which lets reads and "
                        "writes go on.",
             .silent_when = "The partitioned table is made in the same migration.",
             .postgresql = "ATTACH lets others work from 12 on"},
    .on_statement = of_parent_locked_by_new_partition::check,
};

}  // namespace mlint::rules
