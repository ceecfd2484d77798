#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_set_null_on_required_column {

// What the key does to its column when a referenced row goes: nothing, SET NULL, SET DEFAULT.
static std::string_view emptied_by(const Constraint& key, const std::string& column) {
  if (key.kind != Constraint::Kind::foreign_key) return {};
  const auto& some = key.on_delete_columns;
  const bool on_delete = some.empty() || std::find(some.begin(), some.end(), column) != some.end();
  for (const auto& [action, word] : {std::pair(ForeignKeyAction::set_null, std::string_view("SET NULL")),
                                     std::pair(ForeignKeyAction::set_default, std::string_view("SET DEFAULT"))})
    if ((key.on_delete == action && on_delete) || key.on_update == action) return word;
  return {};
}

static void say(Reporter& reporter, const QualifiedName& table, const std::string& column, std::string_view action,
                bool has_default) {
  if (action.empty() || (action == "SET DEFAULT" && has_default)) return;
  Finding finding;
  finding.message = std::string(action) + " on " + ticked(column) + " of " + ticked(table) + ", which is NOT NULL" +
                    (action == "SET NULL" ? "" : " and has no default") + ": every delete of a referenced row fails";
  finding.help = "make the column nullable, or use CASCADE or RESTRICT";
  finding.subject = subject_of(table, column);
  reporter.add(std::move(finding));
}

static bool is_required(const Column& column) {
  for (const Constraint& constraint : column.constraints)
    if (constraint.kind == Constraint::Kind::not_null || constraint.kind == Constraint::Kind::primary_key) return true;
  return false;
}

static bool has_default(const Column& column) {
  return std::any_of(column.constraints.begin(), column.constraints.end(), [](const Constraint& one) {
    return one.kind == Constraint::Kind::default_ || one.kind == Constraint::Kind::identity;
  });
}

static bool is_of(const Constraint& key, const std::string& column) {
  return std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
}

static void check_column(const QualifiedName& table, const Column& column, const std::vector<Constraint>& constraints,
                         Reporter& reporter) {
  if (!is_required(column)) return;
  for (const Constraint& key : column.constraints)
    say(reporter, table, column.name, emptied_by(key, column.name), has_default(column));
  for (const Constraint& key : constraints)
    if (is_of(key, column.name)) say(reporter, table, column.name, emptied_by(key, column.name), has_default(column));
}

static void check_state(const Relation& table, const Constraint& key, const std::string& name, Reporter& reporter) {
  const ColumnState* column = table.column(name);
  if (column != nullptr) say(reporter, table.name, name, emptied_by(key, name), column->default_ || column->identity);
}

static void check(const StatementView& view, Reporter& reporter) {
  if (const auto* made = view.statement.operation.as<CreateTable>())
    for (const Column& column : made->columns) check_column(made->name, column, made->constraints, reporter);
  const auto* alter = view.statement.operation.as<AlterTable>();
  if (alter == nullptr) return;
  const Relation* relation = view.before.find(alter->name);
  for (const AlterAction& action : alter->actions) {
    if (const auto* add = action.as<alter::AddColumn>()) check_column(alter->name, add->column, {}, reporter);
    if (relation == nullptr) continue;
    if (const auto* add = action.as<alter::AddConstraint>())
      for (const std::string& name : add->constraint.columns)
        if (const ColumnState* column = relation->column(name); column != nullptr && column->not_null == Known::yes)
          check_state(*relation, add->constraint, name, reporter);
    if (const auto* set = action.as<alter::SetNotNull>())
      for (const ConstraintState& key : relation->constraints)
        if (is_of(key.definition, set->column)) check_state(*relation, key.definition, set->column, reporter);
  }
}

}  // namespace of_set_null_on_required_column

constexpr Rule set_null_on_required_column{
    .info =
        {.code = "ML604",
         .name = "set-null-on-required-column",
         .group = RuleGroup::data,
         .severity = Severity::error,
         .summary =
             "A foreign key with ON DELETE SET NULL, or SET DEFAULT without a default, stands on a NOT NULL column.",
         .effect = "Every delete of a referenced row fails.",
         .instead = "Make the column nullable, or use CASCADE or RESTRICT.",
         .silent_when = "The column is nullable, or SET DEFAULT finds a default."},
    .on_statement = of_set_null_on_required_column::check,
};

}  // namespace mlint::rules
