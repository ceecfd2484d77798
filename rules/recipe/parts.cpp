#include "rules/recipe/parts.h"

#include <algorithm>

#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"

namespace mlint::rules {

std::string list_of(const std::vector<std::string>& columns) { return plain_sql(print_columns(columns)); }

std::string alter_table(const std::string& table, const std::string& action) {
  return "ALTER TABLE " + table + " " + action;
}

std::string drop_constraint(const std::string& table, const std::string& name) {
  return alter_table(table, "DROP CONSTRAINT " + quote_ident(name));
}

std::string index_sql(const CreateIndex& index) {
  Operation operation;
  operation.kind = index;
  return plain_sql(print_sql(operation));
}

Step concurrently(const std::string& statement, const std::string& index) {
  return {.sql = {statement}, .undo = {"DROP INDEX CONCURRENTLY " + index}, .alone = true};
}

const Constraint* of_kind(const Column& column, Constraint::Kind kind) {
  for (const Constraint& constraint : column.constraints)
    if (constraint.kind == kind) return &constraint;
  return nullptr;
}

void erase_kind(Column& column, Constraint::Kind kind) {
  std::erase_if(column.constraints, [&](const Constraint& constraint) { return constraint.kind == kind; });
}

std::string add_column(const std::string& table, const Column& column) {
  return alter_table(table, "ADD COLUMN " + plain_sql(print_column(column)));
}

std::string drop_column(const std::string& table, const std::string& column) {
  return alter_table(table, "DROP COLUMN " + quote_ident(column));
}

std::string batch_key(const Relation* relation) {
  const ConstraintState* key = relation == nullptr ? nullptr : relation->primary_key();
  return key != nullptr && key->definition.columns.size() == 1 ? quote_ident(key->definition.columns.front()) : "ctid";
}

Step in_batches(const std::string& change, const std::string& table, const std::string& condition,
                const Relation* relation) {
  const std::string key = batch_key(relation);
  const std::string rows = "SELECT " + key + " FROM " + table + condition + " LIMIT 10000";
  const std::string those = key == "ctid" ? key + " = ANY (ARRAY(" + rows + "))" : key + " IN (" + rows + ")";
  return {.sql = {"DO $$\nBEGIN\n  LOOP\n    " + change + "\n    WHERE " + those +
                  ";\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$"},
          .alone = true};
}

Step fill(const std::string& table, const std::string& column, const std::string& value, const std::string& condition,
          const Relation* relation) {
  return in_batches("UPDATE " + table + " SET " + column + " = " + value, table,
                    " WHERE " + column + " IS NULL" + condition, relation);
}

void append(Recipe& recipe, Recipe more) {
  for (Step& step : more) recipe.push_back(std::move(step));
}

std::string bare(const std::string& table) { return table.substr(table.rfind('.') + 1); }

std::string unquoted(std::string name) {
  std::erase(name, '"');
  return name;
}

bool mentions(const SharedExpr& expression, const std::string& column) {
  return expression && expression->text.find(column) != std::string::npos;
}

std::string called(const OperationView& view, const std::string& name) {
  const std::string source = source_of(view);
  const std::size_t open = source.find('(');
  return open == std::string::npos ? std::string() : name + source.substr(open);
}

}  // namespace mlint::rules
