#include <algorithm>
#include <cctype>

#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"
#include "rules/recipe/parts.h"

// Recipes for new columns and new types.
namespace mlint::rules {

// A BEFORE trigger that computes NEW.column.
static Step add_with_trigger(const std::string& table, const Column& column, const std::string& function,
                             const std::string& value) {
  const std::string name = quote_ident(column.name);
  return {.sql = {add_column(table, column),
                  "CREATE FUNCTION " + function + "() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW." + name +
                      " := " + value + ";\n  RETURN NEW;\nEND $$",
                  "CREATE TRIGGER " + function + " BEFORE INSERT OR UPDATE ON " + table +
                      " FOR EACH ROW EXECUTE FUNCTION " + function + "()"},
          .undo = {"DROP TRIGGER " + function + " ON " + table, "DROP FUNCTION " + function + "()",
                   drop_column(table, column.name)}};
}

// Index, constraint or view that would have to move to the new column too.
static bool is_tied(const Relation& relation, const std::string& column) {
  const auto in = [&](const std::vector<std::string>& columns) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  for (const ConstraintState& constraint : relation.constraints)
    if (in(constraint.definition.columns) || mentions(constraint.definition.expression, column)) return true;
  for (const IndexState& index : relation.indexes) {
    if (in(index.definition.include) || mentions(index.definition.where, column)) return true;
    for (const IndexElement& element : index.definition.elements)
      if (element.column == column || mentions(element.expression, column)) return true;
  }
  return false;
}

Recipe default_then_fill(const std::string& table, Column column, const Relation* relation) {
  const Constraint* value = of_kind(column, Constraint::Kind::default_);
  if (value == nullptr || !value->expression) return {};
  const std::string name = quote_ident(column.name);
  const std::string text = plain_sql(print_expression(*value->expression));
  const bool required = of_kind(column, Constraint::Kind::not_null) != nullptr;
  const std::string own = column.name;
  erase_kind(column, Constraint::Kind::default_);
  erase_kind(column, Constraint::Kind::not_null);
  if (!column.constraints.empty()) return {};
  Recipe recipe{
      {.sql = {add_column(table, column), alter_table(table, "ALTER COLUMN " + name + " SET DEFAULT " + text)},
       .undo = {drop_column(table, own)},
       .changes_state = true},
      fill(table, name, text, "", relation)};
  if (required) append(recipe, not_null_by_check(table, own));
  if (required) recipe.front().changes_state = false;
  return recipe;
}

Recipe sequence_then_fill(const std::string& table, Column column, const Relation* relation) {
  const std::string own = column.name;
  const std::string name = quote_ident(own);
  const std::string sequence = quote_ident(unquoted(bare(table)) + "_" + own + "_seq");
  const bool serial = column.type.name.schema.empty() && column.type.text.find("serial") != std::string::npos;
  column.constraints.clear();
  if (serial) {
    column.type = {};
    column.type.name = {"pg_catalog", "int8"};
    column.type.text = "bigint";
  }
  const std::string next = "nextval('" + sequence + "')";
  Recipe recipe{{.sql = {add_column(table, column), "CREATE SEQUENCE " + sequence + " OWNED BY " + table + "." + name,
                         alter_table(table, "ALTER COLUMN " + name + " SET DEFAULT " + next)},
                 .undo = {drop_column(table, own)}},
                fill(table, name, next, "", relation)};
  append(recipe, not_null_by_check(table, own));
  return recipe;
}

Recipe trigger_then_fill(const std::string& table, Column column, const Relation* relation) {
  const Constraint* generated = of_kind(column, Constraint::Kind::generated);
  if (generated == nullptr || !generated->expression || relation == nullptr) return {};
  const std::string value = plain_sql(print_expression(*generated->expression));
  std::string of_row;  // columns of the table as NEW.column
  for (std::size_t i = 0; i < value.size();) {
    std::size_t end = i;
    while (end < value.size() && (std::isalnum(static_cast<unsigned char>(value[end])) != 0 || value[end] == '_'))
      ++end;
    const std::string word = value.substr(i, std::max<std::size_t>(end - i, 1));
    if (relation->column(word) != nullptr) of_row += "NEW.";
    of_row += word;
    i += word.size();
  }
  if (value.find_first_of("'\"") != std::string::npos) return {};  // words inside literals and quotes
  column.constraints.clear();
  const std::string function = quote_ident(unquoted(bare(table)) + "_" + column.name + "_compute");
  Step step = add_with_trigger(table, column, function, of_row);
  step.changes_state = true;
  return {std::move(step), fill(table, quote_ident(column.name), value, " AND (" + value + ") IS NOT NULL", relation)};
}

Recipe new_column_then_swap(const std::string& table, const alter::SetType& change, const Relation* relation) {
  const ColumnState* old = relation == nullptr ? nullptr : relation->column(change.column);
  // Django writes USING "pages"::bigint, which is what assignment does anyway.
  const bool computed = change.using_ && (change.using_->kind != Expr::Kind::cast || change.using_->arguments.empty() ||
                                          change.using_->arguments.front().kind != Expr::Kind::column);
  if (old == nullptr || computed || old->identity || old->generated || is_tied(*relation, change.column)) return {};
  const std::string name = quote_ident(change.column);
  Column column;
  column.name = change.column + "_new";
  column.type = change.type;
  column.collation = change.collation;
  const std::string next = quote_ident(column.name), last = quote_ident(change.column + "_old");
  if (relation->column(column.name) != nullptr || relation->column(change.column + "_old") != nullptr) return {};
  const std::string function = quote_ident(unquoted(bare(table)) + "_" + change.column + "_copy");
  Recipe recipe{add_with_trigger(table, column, function, "NEW." + name),
                fill(table, next, name, " AND " + name + " IS NOT NULL", relation)};
  const bool required = old->not_null != Known::no;
  if (required) append(recipe, not_null_by_check(table, column.name));
  for (Step& step : recipe) step.changes_state = false;
  Step swap{.sql = {"DROP TRIGGER " + function + " ON " + table, "DROP FUNCTION " + function + "()",
                    alter_table(table, "RENAME COLUMN " + name + " TO " + last),
                    alter_table(table, "RENAME COLUMN " + next + " TO " + name)},
            .undo = {alter_table(table, "RENAME COLUMN " + name + " TO " + next),
                     alter_table(table, "RENAME COLUMN " + last + " TO " + name)},
            .changes_state = true};
  if (old->default_)
    swap.sql.push_back(
        alter_table(table, "ALTER COLUMN " + name + " SET DEFAULT " + plain_sql(print_expression(*old->default_))));
  if (required) swap.sql.push_back(alter_table(table, "ALTER COLUMN " + last + " DROP NOT NULL"));
  recipe.push_back(std::move(swap));
  return recipe;
}

// Whoever writes one of the two columns writes both; code of either release reads its own.
static std::string keep_in_step(const std::string& last, const std::string& next) {
  return "IF TG_OP = 'INSERT' THEN\n    NEW." + next + " := coalesce(NEW." + next + ", NEW." + last + ");\n    NEW." +
         last + " := NEW." + next + ";\n  ELSIF NEW." + next + " IS DISTINCT FROM OLD." + next + " THEN\n    NEW." +
         last + " := NEW." + next + ";\n  ELSE\n    NEW." + next + " := NEW." + last + ";\n  END IF";
}

Recipe column_in_step(const std::string& table, const Rename& rename, const Relation* relation) {
  const ColumnState* old = relation == nullptr ? nullptr : relation->column(rename.old_name);
  if (old == nullptr || old->identity || old->generated || old->default_ || is_tied(*relation, old->name)) return {};
  Column column;
  column.name = rename.new_name;
  column.type = old->type;
  column.collation = old->collation;
  const std::string last = quote_ident(old->name), next = quote_ident(column.name);
  const std::string function = quote_ident(unquoted(bare(table)) + "_" + column.name + "_step");
  Step both{.sql = {add_column(table, column),
                    "CREATE FUNCTION " + function + "() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  " +
                        keep_in_step(last, next) + ";\n  RETURN NEW;\nEND $$",
                    "CREATE TRIGGER " + function + " BEFORE INSERT OR UPDATE ON " + table +
                        " FOR EACH ROW EXECUTE FUNCTION " + function + "()"},
            .undo = {"DROP TRIGGER " + function + " ON " + table, "DROP FUNCTION " + function + "()",
                     drop_column(table, column.name)}};
  Recipe recipe{std::move(both), fill(table, next, last, " AND " + last + " IS NOT NULL", relation)};
  if (old->not_null == Known::yes) append(recipe, not_null_by_check(table, column.name));
  return recipe;
}

Recipe nullable_with_state(const std::string& table, const std::string& column, const OperationView& view) {
  const std::string action = "ALTER COLUMN " + quote_ident(column);
  const std::string source = source_of(view);
  if (source.empty()) return {};
  return {{.django = "migrations.RunSQL(\n    " + quoted_python(alter_table(table, action + " DROP NOT NULL")) +
                     ",\n    reverse_sql=" + quoted_python(alter_table(table, action + " SET NOT NULL")) + ",\n),\n" +
                     source}};
}

}  // namespace mlint::rules
