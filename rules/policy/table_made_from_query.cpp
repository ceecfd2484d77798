#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_table_made_from_query(const StatementView& view, Reporter& reporter) {
  const auto* made = view.statement.operation.as<CreateTableAs>();
  if (made == nullptr || made->materialized_view || !made->with_data) return;
  Finding finding;
  finding.message = "" + ticked(made->name) + " is filled by one query, in one transaction";
  finding.help = "make the table, then fill it in batches";
  finding.subject = subject_of(made->name);
  reporter.add(std::move(finding));
}

constexpr Rule table_made_from_query{
    .info = {.code = "ML818",
             .name = "table-made-from-query",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A table is filled by CREATE TABLE AS.",
             .effect = "It runs as long as its query, and has no constraints.",
             .instead = "Make the table, then fill it in batches."},
    .on_statement = find_table_made_from_query,
};

}  // namespace mlint::rules
