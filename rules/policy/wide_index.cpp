#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_wide_index(const StatementView& view, Reporter& reporter) {
  const auto* index = view.statement.operation.as<CreateIndex>();
  if (index == nullptr || index->unique || index->elements.size() <= 3) return;
  Finding finding;
  finding.message = "index " + ticked(index->name) + " has " + std::to_string(index->elements.size()) + " columns";
  finding.help = "keep the columns that select";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule wide_index{
    .info = {.code = "ML822",
             .name = "wide-index",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "An index has more than three columns.",
             .effect = "It is large, and the last columns seldom help.",
             .instead = "Keep the columns that select.",
             .equivalents = "strong_migrations:add_index_columns"},
    .on_statement = find_wide_index,
};

}  // namespace mlint::rules
