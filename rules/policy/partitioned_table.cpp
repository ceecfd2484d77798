#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_partitioned_table(const StatementView& view, Reporter& reporter) {
  const auto* table = view.statement.operation.as<CreateTable>();
  if (table == nullptr || !table->partition_by) return;
  Finding finding;
  finding.message = "" + ticked(table->name) + " is partitioned";
  finding.help = "be sure that the table needs it";
  finding.subject = subject_of(table->name);
  reporter.add(std::move(finding));
}

constexpr Rule partitioned_table{
    .info = {.code = "ML825",
             .name = "partitioned-table",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A partitioned table is made.",
             .effect = "Indexes, foreign keys and partitions need other steps from then on.",
             .instead = "Be sure that the table needs it."},
    .on_statement = find_partitioned_table,
};

}  // namespace mlint::rules
