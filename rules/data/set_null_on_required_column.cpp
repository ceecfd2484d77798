#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_set_null_on_required_column {

static bool sets_null(const Constraint& key) {
  return key.kind == Constraint::Kind::foreign_key &&
         (key.on_delete == ForeignKeyAction::set_null || key.on_update == ForeignKeyAction::set_null);
}

static void say(Reporter& reporter, const QualifiedName& table, const std::string& column) {
  Finding finding;
  finding.message = "SET NULL on " + ticked(column) + " of " + ticked(table) +
                    ", which is NOT NULL: every delete of a referenced row fails";
  finding.help = "make the column nullable, or use CASCADE or RESTRICT";
  finding.subject = subject_of(table, column);
  reporter.add(std::move(finding));
}

static bool is_required(const Column& column) {
  for (const Constraint& constraint : column.constraints)
    if (constraint.kind == Constraint::Kind::not_null || constraint.kind == Constraint::Kind::primary_key) return true;
  return false;
}

static void check_column(const QualifiedName& table, const Column& column, Reporter& reporter) {
  for (const Constraint& constraint : column.constraints)
    if (sets_null(constraint) && is_required(column)) say(reporter, table, column.name);
}

static void check(const StatementView& view, Reporter& reporter) {
  if (const auto* made = view.statement.operation.as<CreateTable>()) {
    for (const Column& column : made->columns) {
      check_column(made->name, column, reporter);
      for (const Constraint& key : made->constraints)
        if (sets_null(key) && is_required(column) &&
            std::count(key.columns.begin(), key.columns.end(), column.name) > 0)
          say(reporter, made->name, column.name);
    }
    return;
  }
  const auto* alter = view.statement.operation.as<AlterTable>();
  if (alter == nullptr) return;
  const Relation* relation = view.before.find(alter->name);
  for (const AlterAction& action : alter->actions) {
    if (const auto* add = action.as<alter::AddColumn>()) check_column(alter->name, add->column, reporter);
    const auto* add = action.as<alter::AddConstraint>();
    if (add == nullptr || !sets_null(add->constraint) || relation == nullptr) continue;
    for (const std::string& name : add->constraint.columns)
      if (const ColumnState* column = relation->column(name); column != nullptr && column->not_null == Known::yes)
        say(reporter, relation->name, name);
  }
}

}  // namespace of_set_null_on_required_column

constexpr Rule set_null_on_required_column{
    .info = {.code = "ML604",
             .name = "set-null-on-required-column",
             .group = RuleGroup::data,
             .severity = Severity::error,
             .summary = "A foreign key with ON DELETE SET NULL stands on a NOT NULL column.",
             .effect = "Every delete of a referenced row fails.",
             .instead = "Make the column nullable, or use CASCADE or RESTRICT.",
             .silent_when = "The column is nullable."},
    .on_statement = of_set_null_on_required_column::check,
};

}  // namespace mlint::rules
