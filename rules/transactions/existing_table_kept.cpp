#include <optional>
#include <set>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_existing_table_kept {

struct Made {
  QualifiedName table;  // where it would stand
  std::set<std::string> columns;
};

static std::optional<Made> made_if_absent(const Operation& operation, const Schema& before) {
  const auto* made = operation.as<CreateTable>();
  if (made == nullptr || !made->if_not_exists || made->columns.empty() || !made->like.empty() ||
      !made->inherits.empty())
    return std::nullopt;
  Made result{before.new_name(made->name, made->persistence), {}};
  for (const Column& column : made->columns) result.columns.insert(column.name);
  return result;
}

static std::optional<Made> selected_if_absent(const Operation& operation, const Schema& before) {
  const auto* made = operation.as<CreateTableAs>();
  if (made == nullptr || !made->if_not_exists || made->materialized_view || !made->query) return std::nullopt;
  Made result{before.new_name(made->name, made->persistence), {}};
  for (std::size_t i = 0; i < made->query->outputs.size(); ++i) {
    const Expr& output = made->query->outputs[i];
    if (output.kind == Expr::Kind::column && output.name == "*") return std::nullopt;
    const bool named = i < made->column_names.size();
    if (!named && i >= made->query->output_names.size()) return std::nullopt;
    result.columns.insert(named ? made->column_names[i] : made->query->output_names[i]);
  }
  if (result.columns.empty()) return std::nullopt;
  return result;
}

static void check(const StatementView& view, Reporter& reporter) {
  std::optional<Made> made = made_if_absent(view.statement.operation, view.before);
  if (!made) made = selected_if_absent(view.statement.operation, view.before);
  const Relation* there = made ? view.before.find(made->table) : nullptr;
  if (there == nullptr) return;
  std::set<std::string> columns;
  for (const ColumnState& column : there->columns) columns.insert(column.name);
  if (made->columns == columns) return;
  Finding finding;
  finding.message = "IF NOT EXISTS keeps table " + ticked(made->table) + ", which is there already with other columns";
  finding.help = "leave IF NOT EXISTS out, so that it fails loudly, or ALTER the table that is there";
  finding.subject = subject_of(made->table);
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
