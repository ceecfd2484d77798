#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_unnamed_index(const StatementView& view, Reporter& reporter) {
  const auto* index = view.statement.operation.as<CreateIndex>();
  if (index == nullptr || !index->name.empty()) return;
  Finding finding;
  finding.message = "this index has no name of its own";
  finding.help = "name it";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule unnamed_index{
    .info = {.code = "ML824",
             .name = "unnamed-index",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "An index with an expression or a condition has no name.",
             .effect = "The server makes one up, which later migrations cannot know.",
             .instead = "Name it."},
    .on_statement = find_unnamed_index,
};

}  // namespace mlint::rules
