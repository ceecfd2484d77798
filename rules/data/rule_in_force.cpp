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
    if (!made.unique || !index.valid || index.only) continue;
    if (made.where && (!wanted.expression || !selects_within(*wanted.expression, *made.where))) continue;
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

// What is asked of the column: `IS NULL` and `IS NOT NULL` are answered, anything else is not.
bool put_null_for(Expr& expression, const std::string& column) {
  const bool test = expression.kind == Expr::Kind::is_null || expression.kind == Expr::Kind::is_not_null;
  if (test && expression.arguments.size() == 1 && expression.arguments[0].kind == Expr::Kind::column &&
      expression.arguments[0].name == column) {
    Expr answer;
    answer.kind = Expr::Kind::constant;
    answer.type.name.name = "bool";
    answer.name = expression.kind == Expr::Kind::is_null ? "true" : "false";
    expression = std::move(answer);
    return true;
  }
  if (expression.kind != Expr::Kind::and_ && expression.kind != Expr::Kind::or_ && expression.kind != Expr::Kind::not_)
    return !mentions_column(expression, column);
  return std::all_of(expression.arguments.begin(), expression.arguments.end(),
                     [&](Expr& part) { return put_null_for(part, column); });
}

// The rule without a column that is about to be added: rows that differ without it differ with it, rows that all differ
// do so wherever a predicate is true, and a CHECK reads NULL as long as nobody has written to the column. False:
// nothing is known.
bool forget_column(Constraint& wanted, const std::string& column, const Relation* after) {
  if (wanted.expression && mentions_column(*wanted.expression, column)) {
    if (wanted.kind == Constraint::Kind::unique) {
      wanted.expression = {};
    } else {
      const ColumnState* state = after == nullptr ? nullptr : after->column(column);
      return state != nullptr && state->null_in_old_rows && put_null_for(wanted.expression.edit(), column);
    }
  }
  if (!has(wanted.columns, column)) return true;
  if (wanted.kind != Constraint::Kind::unique) return false;
  std::erase(wanted.columns, column);
  return !wanted.columns.empty();
}

bool reads_column(const Constraint& wanted, const std::string& column) {
  return has(wanted.columns, column) || (wanted.expression && mentions_column(*wanted.expression, column));
}

// The rule as it would have been put before the statement; false when its rows may have been others then.
bool step_back(const Statement& statement, const Schema& before, const Schema& after, const QualifiedName& table,
               Constraint& wanted) {
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
    if (const auto* add = action.as<alter::AddColumn>())
      return !forget_column(wanted, add->column.name, after.find(table));
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
    if (at == 0 || !step_back(migration.statements[at - 1], migration.before_statement[at - 1],
                              migration.before_statement[at], table, wanted))
      return false;
  return true;
}

}  // namespace mlint::rules
