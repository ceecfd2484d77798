#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"
#include "rules/recipe/parts.h"

// Recipes for partitions, for many rows, for a table's name.
namespace mlint::rules {

// "value IN (…)", "at >= … AND at < …" of a partition by one column; empty when it cannot be said so.
static std::string bound_condition(const PartitionKey& key, const PartitionBound& bound) {
  if (key.elements.size() != 1 || key.elements.front().column.empty() || bound.is_default) return {};
  const std::string column = quote_ident(key.elements.front().column);
  const auto is_open = [](const Expr& value) { return value.kind == Expr::Kind::keyword; };
  if (bound.strategy == PartitionKey::Strategy::range) {
    if (bound.from.size() != 1 || bound.to.size() != 1) return {};
    std::string text = column + " IS NOT NULL";
    if (!is_open(bound.from.front())) text += " AND " + column + " >= " + print_expression(bound.from.front());
    if (!is_open(bound.to.front())) text += " AND " + column + " < " + print_expression(bound.to.front());
    return text;
  }
  if (bound.strategy != PartitionKey::Strategy::list) return {};
  std::string values;
  for (const Expr& value : bound.values) values += (values.empty() ? "" : ", ") + print_expression(value);
  return column + " IS NOT NULL AND " + column + " IN (" + values + ")";
}

Recipe table_then_attach(const CreateTable& partition, const std::string& parent) {
  if (!partition.bound || partition.partition_by) return {};
  const std::string name = sql_name(partition.name);
  return {{.sql = {"CREATE TABLE " + name + " (LIKE " + parent + " INCLUDING ALL)",
                   alter_table(parent, "ATTACH PARTITION " + name + " " + plain_sql(print_bound(*partition.bound)))},
           .undo = {"DROP TABLE " + name}}};
}

Recipe bound_by_check(const Schema& before, const QualifiedName& parent, const alter::AttachPartition& attach) {
  const Relation* relation = before.find(parent);
  if (relation == nullptr || !relation->partition_by) return {};
  const std::string condition = bound_condition(*relation->partition_by, attach.bound);
  const std::string check = attach.partition.name + "_bound";
  if (condition.empty() || check.size() > 63) return {};
  const std::string table = sql_name(attach.partition), name = quote_ident(check);
  return {
      {.sql = {alter_table(table, "ADD CONSTRAINT " + name + " CHECK (" + plain_sql(condition) + ") NOT VALID")},
       .undo = {drop_constraint(table, check)}},
      {.sql = {alter_table(table, "VALIDATE CONSTRAINT " + name)}},
      {.sql = {alter_table(sql_name(parent), "ATTACH PARTITION " + table + " " + plain_sql(print_bound(attach.bound)))},
       .undo = {alter_table(sql_name(parent), "DETACH PARTITION " + table)}},
      {.sql = {drop_constraint(table, check)}}};
}

Recipe batched_update(const std::string& table, const std::string& assignments, const Relation* relation) {
  const std::string key = batch_key(relation);
  if (key == "ctid" || assignments.empty()) return {};
  const ColumnState* column = relation->column(relation->primary_key()->definition.columns.front());
  if (column == nullptr || !column->type.name.name.starts_with("int")) return {};
  return {{.sql = {"DO $$\nDECLARE\n  first bigint := (SELECT min(" + key + ") FROM " + table +
                   ");\n  last bigint := (SELECT max(" + key + ") FROM " + table +
                   ");\nBEGIN\n  WHILE first <= last LOOP\n    UPDATE " + table + " SET " + assignments + " WHERE " +
                   key + " >= first AND " + key +
                   " < first + 10000;\n    first := first + 10000;\n    COMMIT;\n  END LOOP;\nEND $$"},
           .alone = true}};
}

Recipe batched_delete(const std::string& table, const Relation* relation) {
  return {in_batches("DELETE FROM " + table, table, "", relation)};
}

static std::string literal(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

Recipe value_beside(const Rename& value, const Schema& before) {
  const TypeState* type = before.find_type(before.resolve(value.relation));
  if (type == nullptr) type = before.find_type(value.relation);
  if (type == nullptr) return {};
  const std::string next = literal(value.new_name), last = literal(value.old_name);
  Recipe recipe{{.sql = {"ALTER TYPE " + sql_name(type->name) + " ADD VALUE " + next + " BEFORE " + last}}};
  for (const Relation* table : before.relations()) {
    if (table->kind != RelationKind::table && table->kind != RelationKind::partitioned_table) continue;
    for (const ColumnState& column : table->columns) {
      if (column.inherited || before.find_type(column.type.name) != type || column.type.array_dimensions > 0) continue;
      const std::string name = quote_ident(column.name);
      recipe.push_back(in_batches("UPDATE " + sql_name(table->name) + " SET " + name + " = " + next,
                                  sql_name(table->name), " WHERE " + name + " = " + last, table));
    }
  }
  return recipe;
}

Recipe renamed_behind_view(const std::string& table, const std::string& new_name) {
  const std::string next = quote_ident(new_name);
  return {{.sql = {alter_table(table, "RENAME TO " + next), "CREATE VIEW " + table + " AS SELECT * FROM " + next},
           .undo = {"DROP VIEW " + table, alter_table(next, "RENAME TO " + bare(table))},
           .changes_state = true}};
}

}  // namespace mlint::rules
