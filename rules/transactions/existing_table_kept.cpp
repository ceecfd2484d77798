#include <set>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_existing_table_kept {

static std::set<std::string> names_of(const std::vector<Column>& columns) {
  std::set<std::string> names;
  for (const Column& column : columns) names.insert(column.name);
  return names;
}

static void check(const StatementView& view, Reporter& reporter) {
  const auto* made = view.statement.operation.as<CreateTable>();
  if (made == nullptr || !made->if_not_exists || made->columns.empty() || !made->like.empty() ||
      !made->inherits.empty())
    return;
  const QualifiedName table = resolved(view, made->name);
  const Relation* there = view.before.find(table);
  if (there == nullptr) return;
  std::set<std::string> columns;
  for (const ColumnState& column : there->columns) columns.insert(column.name);
  if (names_of(made->columns) == columns) return;
  Finding finding;
  finding.message = "IF NOT EXISTS keeps table " + ticked(table) + ", which is there already with other columns";
  finding.help = "leave IF NOT EXISTS out, so that it fails loudly, or ALTER the table that is there";
  finding.subject = subject_of(table);
  reporter.add(std::move(finding));
}

}  // namespace of_existing_table_kept

constexpr Rule existing_table_kept{
    .info = {.code = "ML524",
             .name = "existing-table-kept",
             .group = RuleGroup::transactions,
             .severity = Severity::warning,
             .summary = "CREATE TABLE IF NOT EXISTS meets a table of that name with other columns.",
             .effect = "It does nothing, and what follows finds a table that it does not expect.",
             .instead = "Leave IF NOT EXISTS out, or alter the table that is there.",
             .silent_when = "The table is not there, or has the same columns."},
    .on_statement = of_existing_table_kept::check,
};

}  // namespace mlint::rules
