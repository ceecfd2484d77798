#include "rules/data/rule_in_force.h"

#include <algorithm>

#include "analyzer/schema/expressions.h"
#include "analyzer/schema/implication.h"

namespace mlint::rules {
namespace {

using Columns = std::vector<std::string>;

bool has(const Columns& columns, const std::string& name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

bool within(const Columns& some, const Columns& all) {
  return !some.empty() && std::all_of(some.begin(), some.end(), [&](const std::string& it) { return has(all, it); });
}

// A foreign key that names no columns refers to the primary key.
Columns referenced_columns(const Schema& schema, const Constraint& key) {
  if (!key.referenced_columns.empty()) return key.referenced_columns;
  const Relation* parent = schema.find(key.references);
  const ConstraintState* primary = parent == nullptr ? nullptr : parent->primary_key();
  return primary == nullptr ? Columns{} : primary->definition.columns;
}

bool implies_unique(const Relation& relation, const Constraint& wanted) {
  for (const ConstraintState& constraint : relation.constraints) {
    const Constraint& rule = constraint.definition;
    if (rule.kind == Constraint::Kind::primary_key && within(rule.columns, wanted.columns)) return true;
    if (rule.kind != Constraint::Kind::unique || !constraint.valid || rule.without_overlaps) continue;
    const bool nulls = rule.nulls_not_distinct || !wanted.nulls_not_distinct;
    if (nulls && within(rule.columns, wanted.columns)) return true;
  }
  for (const IndexState& index : relation.indexes) {
    const CreateIndex& made = index.definition;
    if (!made.unique || !index.valid || index.only || made.where) continue;
    Columns columns;
    for (const IndexElement& element : made.elements) columns.push_back(element.column);
    const bool nulls = made.nulls_not_distinct || !wanted.nulls_not_distinct;
    if (nulls && !has(columns, "") && within(columns, wanted.columns)) return true;
  }
  return false;
}

bool implies(const Schema& schema, const QualifiedName& table, const Constraint& wanted) {
  const Relation* relation = schema.find(table);
  if (relation == nullptr) return false;
  if (wanted.kind == Constraint::Kind::unique) return implies_unique(*relation, wanted);
  if (wanted.kind == Constraint::Kind::check) return wanted.expression && proves_check(*relation, *wanted.expression);
  return std::any_of(relation->constraints.begin(), relation->constraints.end(), [&](const ConstraintState& state) {
    const Constraint& rule = state.definition;
    if (!state.valid || !rule.enforced || rule.kind != Constraint::Kind::foreign_key) return false;
    return rule.columns == wanted.columns && rule.match == wanted.match &&
           referenced_columns(schema, rule) == referenced_columns(schema, wanted) &&
           schema.resolve(rule.references) == schema.resolve(wanted.references);
  });
}

bool reads_column(const Constraint& wanted, const std::string& column) {
  return has(wanted.columns, column) || (wanted.expression && mentions_column(*wanted.expression, column));
}

// The rule as it would have been put before the statement; false when its rows may have been others then.
bool step_back(const Statement& statement, const Schema& before, const QualifiedName& table, Constraint& wanted) {
  if (const auto* rename = statement.operation.as<Rename>()) {
    if (rename->kind != ObjectKind::column || before.resolve(rename->relation) != table) return true;
    std::replace(wanted.columns.begin(), wanted.columns.end(), rename->new_name, rename->old_name);
    if (wanted.expression) rename_column_in(wanted.expression.edit(), rename->new_name, rename->old_name);
    return true;
  }
  if (const auto* dml = statement.operation.as<Dml>())
    return dml->query != nullptr && dml->query->kind == Query::Kind::select;
  const auto* alter = statement.operation.as<AlterTable>();
  if (alter == nullptr)
    return statement.operation.as<CreateIndex>() != nullptr || statement.operation.as<Drop>() != nullptr ||
           statement.operation.as<SetConstraints>() != nullptr || statement.operation.as<SetVariable>() != nullptr ||
           statement.operation.as<CreateTable>() != nullptr || statement.operation.as<AlterSequence>() != nullptr ||
           statement.operation.as<Comment>() != nullptr;
  if (before.resolve(alter->name) != table) return true;
  return std::none_of(alter->actions.begin(), alter->actions.end(), [&](const AlterAction& action) {
    if (const auto* add = action.as<alter::AddColumn>()) return reads_column(wanted, add->column.name);
    if (const auto* drop = action.as<alter::DropColumn>()) return reads_column(wanted, drop->name);
    // The values that a foreign key looks up stay what they are, or the change fails.
    const auto* set = action.as<alter::SetType>();
    return set != nullptr && wanted.kind != Constraint::Kind::foreign_key && reads_column(wanted, set->column);
  });
}

}  // namespace

bool was_in_force(const MigrationView& migration, const Statement& statement, const QualifiedName& table,
                  const Constraint& added) {
  const bool known_kind = added.kind == Constraint::Kind::unique || added.kind == Constraint::Kind::check ||
                          added.kind == Constraint::Kind::foreign_key;
  if (!known_kind) return false;
  std::size_t at = 0;
  while (at < migration.statements.size() && &migration.statements[at] != &statement) ++at;
  if (at == migration.statements.size()) return false;  // inside a DO block
  Constraint wanted = added;
  for (; !implies(migration.before_statement[at], table, wanted); --at)
    if (at == 0 || !step_back(migration.statements[at - 1], migration.before_statement[at - 1], table, wanted))
      return false;
  return true;
}

}  // namespace mlint::rules
