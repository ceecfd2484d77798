#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unindexed_foreign_key {

static bool is_key(const Constraint& constraint) {
  return constraint.kind == Constraint::Kind::primary_key || constraint.kind == Constraint::Kind::unique;
}

// Whether `constraint`, written at `column` or at the table, makes an index that begins with `wanted`.
static bool makes_index(const Constraint& constraint, const std::string& column, const std::string& wanted) {
  if (!is_key(constraint)) return false;
  return (constraint.columns.empty() ? column : constraint.columns.front()) == wanted;
}

static bool makes_index(const CreateTable& table, const std::string& wanted) {
  for (const Column& column : table.columns)
    for (const Constraint& constraint : column.constraints)
      if (makes_index(constraint, column.name, wanted)) return true;
  return std::any_of(table.constraints.begin(), table.constraints.end(),
                     [&](const Constraint& it) { return makes_index(it, {}, wanted); });
}

// An index of a part of the rows does not serve: the referenced side looks for any of them.
static bool serves(const CreateIndex& index, const std::string& wanted) {
  return !index.where && !index.elements.empty() && index.elements.front().column == wanted;
}

// Before the statement, by the statement itself, or by any statement of the migration.
static bool is_indexed(const StatementView& view, const QualifiedName& table, const std::string& column) {
  if (const Relation* known = view.before.find(table)) {
    for (const IndexState& index : known->indexes)
      if (index.valid && serves(index.definition, column)) return true;
  }
  for (const Statement& other : view.migration.statements) {
    if (const auto* index = other.operation.as<CreateIndex>())
      if (view.before.resolve(index->table) == table && serves(*index, column)) return true;
    if (const auto* made = other.operation.as<CreateTable>())
      if (view.before.resolve(made->name) == table && makes_index(*made, column)) return true;
    for (const auto* add : actions<alter::AddConstraint>(other.operation))
      if (makes_index(add->constraint, {}, column)) return true;
    for (const auto* add : actions<alter::AddColumn>(other.operation))
      for (const Constraint& constraint : add->column.constraints)
        if (makes_index(constraint, add->column.name, column)) return true;
  }
  return false;
}

static void look(const StatementView& view, const QualifiedName& table, const Constraint& key,
                 const std::string& written_at, Reporter& reporter) {
  if (key.kind != Constraint::Kind::foreign_key) return;
  const std::string column = key.columns.empty() ? written_at : key.columns.front();
  if (column.empty() || is_indexed(view, table, column)) return;
  Finding finding;
  finding.message = "foreign key column " + ticked(column) + " has no index";
  finding.help = "build an index on it concurrently";
  finding.subject = "fk." + column;
  reporter.add(std::move(finding));
}

static void check(const StatementView& view, Reporter& reporter) {
  if (const auto* made = view.statement.operation.as<CreateTable>()) {
    const QualifiedName table = resolved(view, made->name);
    for (const Column& column : made->columns)
      for (const Constraint& key : column.constraints) look(view, table, key, column.name, reporter);
    for (const Constraint& key : made->constraints) look(view, table, key, {}, reporter);
  }
  const auto* alter = view.statement.operation.as<AlterTable>();
  if (alter == nullptr) return;
  const QualifiedName table = resolved(view, alter->name);
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation))
    for (const Constraint& key : add->column.constraints) look(view, table, key, add->column.name, reporter);
  for (const auto* add : actions<alter::AddConstraint>(view.statement.operation))
    look(view, table, add->constraint, {}, reporter);
}

}  // namespace of_unindexed_foreign_key

constexpr Rule unindexed_foreign_key{
    .info = {.code = "ML810",
             .name = "unindexed-foreign-key",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A foreign key column is not the first column of any index.",
             .effect = "Deleting or changing a referenced row reads the whole referencing table. An index with a "
                       "WHERE does not help.",
             .instead = "Build an index on it.",
             .equivalents = "eugene:E15 pgfence:fk-missing-index pgsafe:fk-without-covering-index "
                            "django-safe-migrations:SM025"},
    .on_statement = of_unindexed_foreign_key::check,
};

}  // namespace mlint::rules
