#include <algorithm>

#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"
#include "rules/advice.h"
#include "rules/recipe/parts.h"
#include "rules/subject.h"

// Recipes for indexes, unique constraints and primary keys.
namespace mlint::rules {

template <class Action>
static const Action* only_action(const Statement& statement) {
  const auto* alter = statement.operation.as<AlterTable>();
  return alter == nullptr || alter->actions.size() != 1 ? nullptr : alter->actions.front().as<Action>();
}

static std::string table_of(const Statement& statement) { return sql_name(statement.operation.as<AlterTable>()->name); }

Recipe concurrent_indexes(const OperationView& view) {
  Step rest{.changes_state = true};
  Recipe builds;
  for (const Statement* statement : view.statements) {
    const auto* index = statement->operation.as<CreateIndex>();
    if (index != nullptr) {
      CreateIndex changed = *index;
      changed.concurrently = true;
      changed.if_not_exists = false;
      if (changed.name.empty()) return {};
      builds.push_back(concurrently(index_sql(changed), quote_ident(changed.name)));
      continue;
    }
    Recipe unique = unique_in_steps(*statement);
    const bool column = only_action<alter::AddColumn>(*statement) != nullptr;
    if (unique.empty() || column) rest.sql.push_back(unique.empty() ? plain_sql(statement->text) : unique[0].sql[0]);
    if (!unique.empty() && column) unique.erase(unique.begin());
    append(builds, std::move(unique));
  }
  if (builds.empty()) return {};
  if (operation_type(view) == "AddIndex" && at_least(view.migration.project.django_version, 3, 0))
    builds.front().django = called(view, "AddIndexConcurrently");
  for (Step& step : builds) step.changes_state = false;
  if (rest.sql.empty()) {
    builds.back().changes_state = true;
    return builds;
  }
  const Statement& first = *view.statements.front();
  const auto* add = only_action<alter::AddColumn>(first);
  if (state_of(view).empty() || operation_type(view) != "AddField" || add == nullptr) return {};
  rest.undo = {drop_column(table_of(first), add->column.name)};
  builds.insert(builds.begin(), std::move(rest));
  return builds;
}

Recipe index_by_partition(const CreateIndex& index, const Schema& before) {
  const Relation* parent = before.find(index.table);
  if (parent == nullptr || index.name.empty() || parent->children.empty()) return {};
  CreateIndex changed = index;
  changed.concurrently = changed.if_not_exists = false;
  changed.only = true;
  const std::string name = quote_ident(index.name);
  Recipe recipe;
  recipe.push_back({.sql = {index_sql(changed)}, .undo = {"DROP INDEX " + name}});
  changed.only = false;
  changed.concurrently = true;
  Step attach;
  for (const QualifiedName& child : parent->children) {
    const Relation* partition = before.find(child);
    if (partition != nullptr && partition->kind == RelationKind::partitioned_table) return {};
    changed.table = child.schema == "public" ? QualifiedName{{}, child.name} : child;
    changed.name = child.name + "_" + index.name;
    if (changed.name.size() > 63) return {};
    recipe.push_back(concurrently(index_sql(changed), quote_ident(changed.name)));
    attach.sql.push_back("ALTER INDEX " + name + " ATTACH PARTITION " + quote_ident(changed.name));
  }
  attach.changes_state = true;
  recipe.push_back(std::move(attach));
  return recipe;
}

Recipe concurrent_index_drop(const OperationView& view, const Drop& drop, const Schema& before) {
  Recipe recipe;
  for (const QualifiedName& name : drop.names) {
    Step step{.sql = {"DROP INDEX CONCURRENTLY " + sql_name(name)}, .alone = true, .changes_state = true};
    const Relation* table = before.find_index_table(name);
    const IndexState* index = table == nullptr ? nullptr : table->index(name.name);
    if (index != nullptr && !index->definition.name.empty()) {
      CreateIndex made = index->definition;
      made.concurrently = true;
      step.undo = {index_sql(made)};
    }
    if (operation_type(view) == "RemoveIndex" && at_least(view.migration.project.django_version, 3, 0))
      step.django = called(view, "RemoveIndexConcurrently");
    recipe.push_back(std::move(step));
  }
  return recipe;
}

Recipe index_anew(const CreateIndex& index) {
  CreateIndex build = index;
  build.if_not_exists = false;
  const std::string name = quote_ident(index.name);
  return {{.sql = {"DROP INDEX CONCURRENTLY IF EXISTS " + name}, .alone = true}, concurrently(index_sql(build), name)};
}

Recipe unique_by_index(const std::string& table, Constraint unique) {
  if (unique.columns.empty() || unique.name.empty() || unique.without_overlaps) return {};
  const std::string name = quote_ident(unique.name);
  std::string build =
      "CREATE UNIQUE INDEX CONCURRENTLY " + name + " ON " + table + " (" + list_of(unique.columns) + ")";
  if (!unique.include.empty()) build += " INCLUDE (" + list_of(unique.include) + ")";
  if (unique.nulls_not_distinct) build += " NULLS NOT DISTINCT";
  unique.using_index = unique.name;
  unique.nulls_not_distinct = false;
  return {concurrently(build, name),
          {.sql = {alter_table(table, "ADD " + plain_sql(print_constraint(unique, false)))},
           .undo = {drop_constraint(table, unique.name)},
           .changes_state = true}};
}

Recipe unique_in_steps(const Statement& statement) {
  const std::vector<std::string>& built = statement.effects.builds_indexes;
  if (built.empty()) return {};
  const auto named = [&](Constraint unique) {
    if (unique.name.empty()) unique.name = built.front();
    return unique;
  };
  const auto* constraint = only_action<alter::AddConstraint>(statement);
  if (constraint != nullptr && constraint->constraint.kind == Constraint::Kind::unique)
    return unique_by_index(table_of(statement), named(constraint->constraint));
  const auto* add = only_action<alter::AddColumn>(statement);
  const Constraint* written = add == nullptr ? nullptr : of_kind(add->column, Constraint::Kind::unique);
  // A default is the same for every row, and an index over it cannot be built.
  if (written == nullptr || of_kind(add->column, Constraint::Kind::default_) != nullptr) return {};
  Constraint unique = named(*written);
  unique.columns = {add->column.name};
  Column column = add->column;
  erase_kind(column, Constraint::Kind::unique);
  const std::string table = table_of(statement);
  Recipe recipe{{.sql = {add_column(table, column)}, .undo = {drop_column(table, column.name)}, .changes_state = true}};
  append(recipe, unique_by_index(table, std::move(unique)));
  recipe.back().changes_state = false;
  return recipe;
}

Recipe primary_key_by_index(const std::string& table, Constraint key, const Relation* relation) {
  Recipe recipe;
  for (const std::string& name : key.columns) {
    const ColumnState* column = relation == nullptr ? nullptr : relation->column(name);
    if (column == nullptr || column->not_null != Known::yes) append(recipe, not_null_by_check(table, name));
  }
  for (Step& step : recipe) step.changes_state = false;
  append(recipe, unique_by_index(table, std::move(key)));
  return recipe;
}

Recipe index_aside(const std::string& table, const alter::SetType& change, const Relation& relation) {
  Recipe before, after;
  for (const IndexState& index : relation.indexes) {
    bool on_column = mentions(index.definition.where, change.column);
    for (const IndexElement& element : index.definition.elements)
      on_column = on_column || element.column == change.column || mentions(element.expression, change.column);
    if (!on_column) continue;
    if (!index.constraint.empty() || index.definition.name.empty()) return {};
    CreateIndex made = index.definition;
    made.concurrently = true;
    const std::string name = quote_ident(made.name);
    const std::string build = index_sql(made);
    before.push_back({.sql = {"DROP INDEX CONCURRENTLY " + name}, .undo = {build}, .alone = true});
    after.push_back(concurrently(build, name));
  }
  if (before.empty()) return {};
  AlterTable alter;
  alter.actions.push_back({change, {}});
  before.push_back(
      {.sql = {alter_table(table, plain_sql(print_action(alter.actions.front())))}, .changes_state = true});
  append(before, std::move(after));
  return before;
}

}  // namespace mlint::rules
