#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_cascading_delete(const StatementView& view, Reporter& reporter) {
  std::vector<const Constraint*> keys;
  if (const auto* table = view.statement.operation.as<CreateTable>()) {
    for (const Constraint& constraint : table->constraints) keys.push_back(&constraint);
    for (const Column& column : table->columns)
      for (const Constraint& constraint : column.constraints) keys.push_back(&constraint);
  }
  for (const auto* add : actions<alter::AddConstraint>(view.statement.operation)) keys.push_back(&add->constraint);
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation))
    for (const Constraint& constraint : add->column.constraints) keys.push_back(&constraint);
  bool found = false;
  for (const Constraint* key : keys)
    found = found || (key->kind == Constraint::Kind::foreign_key && key->on_delete == ForeignKeyAction::cascade);
  if (!found) return;
  Finding finding;
  finding.message = "ON DELETE CASCADE deletes rows of this table with those it references";
  finding.help = "use RESTRICT or NO ACTION";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule cascading_delete{
    .info = {.code = "ML809",
             .name = "cascading-delete",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A foreign key has ON DELETE CASCADE.",
             .effect = "One DELETE may take rows of many tables.",
             .instead = "Delete by hand, or RESTRICT."},
    .on_statement = find_cascading_delete,
};

}  // namespace mlint::rules
