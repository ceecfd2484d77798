#include "rules/recipe.h"

#include <algorithm>
#include <cctype>

#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"
#include "rules/advice.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace {

std::string quoted_python(const std::string& text) {
  const bool block = text.find('\n') != std::string::npos;
  std::string result;
  for (const char c : text) {
    if (c == '\\' || (c == '"' && !block)) result += '\\';
    result += c;
  }
  return block ? "\"\"\"" + result + "\"\"\"" : "\"" + result + "\"";
}

std::string python_list(const std::vector<std::string>& statements) {
  if (statements.empty()) return "migrations.RunSQL.noop";
  if (statements.size() == 1) return quoted_python(statements.front());
  std::string result = "[\n";
  for (const std::string& statement : statements) result += "        " + quoted_python(statement) + ",\n";
  return result + "    ]";
}

std::string indented(const std::string& text, std::size_t by) {
  std::string result;
  bool start = true;
  for (const char c : text) {
    if (start && c != '\n') result += std::string(by, ' ');
    result += c;
    start = c == '\n';
  }
  return result;
}

// What Django's models learn; SQL that somebody wrote has its state elsewhere.
std::string state_of(const OperationView& view) {
  const std::string_view type = operation_type(view);
  return type == "RunSQL" || type == "SeparateDatabaseAndState" || type == "RunPython" ? std::string()
                                                                                       : source_of(view);
}

std::string django_step(const Step& step, const OperationView& view) {
  if (!step.django.empty()) return step.django + ",\n";
  std::string run =
      "migrations.RunSQL(\n    " + python_list(step.sql) + ",\n    reverse_sql=" + python_list(step.undo) + ",\n),\n";
  const std::string state = step.changes_state ? state_of(view) : std::string();
  if (state.empty()) return run;
  return "migrations.SeparateDatabaseAndState(\n    database_operations=[\n" + indented(run, 8) +
         "    ],\n    state_operations=[\n" + indented(state + ",\n", 8) + "    ],\n),\n";
}

std::string sql_step(const Step& step) {
  std::string result;
  for (const std::string& statement : step.sql) result += statement + ";\n";
  return result;
}

std::string header(const Step& step, std::size_t number, std::size_t steps, const MigrationView& migration) {
  std::string text = migration.language == Language::django ? "#" : "--";
  if (steps > 1) text += " step " + std::to_string(number);
  const std::string_view comma = steps > 1 ? ", " : " ";
  if (step.alone) return text + std::string(comma) + outside_transaction(migration) + "\n";
  if (number == 1) return steps > 1 ? text + "\n" : std::string();
  return text + std::string(comma) + later_step(migration) + "\n";
}

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

// The rows of one batch; ctid serves where no key of one column is known.
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

// A BEFORE trigger that computes NEW.column.
Step add_with_trigger(const std::string& table, const Column& column, const std::string& function,
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

std::string bare(const std::string& table) { return table.substr(table.rfind('.') + 1); }

std::string unquoted(std::string name) {
  std::erase(name, '"');
  return name;
}

bool mentions(const std::optional<Expr>& expression, const std::string& column) {
  return expression && expression->text.find(column) != std::string::npos;
}

// Index, constraint or view that would have to move to the new column too.
bool is_tied(const Relation& relation, const std::string& column) {
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

// "value IN (…)", "at >= … AND at < …" of a partition by one column; empty when it cannot be said so.
std::string bound_condition(const PartitionKey& key, const PartitionBound& bound) {
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

}  // namespace

std::string with_steps(const std::string& why, const Recipe& recipe, const OperationView& view) {
  if (recipe.empty()) return why;
  std::string text = why + ":\n";
  for (std::size_t i = 0; i < recipe.size(); ++i) {
    text += header(recipe[i], i + 1, recipe.size(), view.migration);
    text += view.migration.language == Language::django ? django_step(recipe[i], view) : sql_step(recipe[i]);
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string sql_name(const QualifiedName& name) {
  return name.schema == "public" ? quote_ident(name.name) : quote_ident(name);
}

std::string plain_sql(const std::string& printed) {
  std::string result;
  for (std::size_t i = 0; i < printed.size(); ++i) {
    const char c = printed[i];
    if (c == '$' || c == '\\') return printed;  // dollar quotes, escapes: left as they are
    if (c != '"' && c != '\'') {
      result += c;
      continue;
    }
    std::size_t end = i + 1;
    while (end < printed.size() && (printed[end] != c || (end + 1 < printed.size() && printed[end + 1] == c)))
      end += printed[end] == c ? 2 : 1;
    const std::string inside = printed.substr(i + 1, end - i - 1);
    const bool keep = c == '\'' || inside.find('"') != std::string::npos;
    result += keep ? printed.substr(i, end - i + 1) : quote_ident(inside);
    i = end;
  }
  return result;
}

// Without the indentation of its first line; a string over several lines keeps its own.
static std::string outdented(std::string_view code, std::string_view first_line) {
  if (code.find("\"\"\"") != std::string_view::npos || code.find("'''") != std::string_view::npos)
    return std::string(code);
  const std::string_view indent =
      first_line.substr(0, std::min(first_line.find_first_not_of(" \t"), first_line.size()));
  std::string result;
  for (std::size_t begin = 0; begin < code.size();) {
    const std::size_t end = std::min(code.find('\n', begin), code.size() - 1) + 1;
    std::string_view line = code.substr(begin, end - begin);
    if (begin > 0 && line.starts_with(indent)) line.remove_prefix(indent.size());
    result += line;
    begin = end;
  }
  return result;
}

std::string source_of(const OperationView& operation) {
  if (operation.model == nullptr) return {};
  const Location& location = operation.model->location;
  const auto file = static_cast<std::size_t>(location.file);
  if (file >= operation.migration.project.sources.size()) return {};
  const SourceFile& source = operation.migration.project.sources[file];
  return outdented(source.text(location.span), source.line(source.position(location.span.begin).line));
}

// The operation under another name: AddIndex(…) as AddIndexConcurrently(…).
static std::string called(const OperationView& view, const std::string& name) {
  const std::string source = source_of(view);
  const std::size_t open = source.find('(');
  return open == std::string::npos ? std::string() : name + source.substr(open);
}

Recipe concurrent_indexes(const OperationView& view) {
  Step rest{.changes_state = true};
  Recipe builds;
  for (const Statement* statement : view.statements) {
    const auto* index = statement->operation.as<CreateIndex>();
    if (index == nullptr) {
      rest.sql.push_back(plain_sql(statement->text));
      continue;
    }
    CreateIndex changed = *index;
    changed.concurrently = true;
    changed.if_not_exists = false;
    if (changed.name.empty()) return {};
    builds.push_back(concurrently(index_sql(changed), quote_ident(changed.name)));
  }
  if (builds.empty()) return {};
  if (operation_type(view) == "AddIndex" && at_least(view.migration.project.django_version, 3, 0))
    builds.front().django = called(view, "AddIndexConcurrently");
  if (rest.sql.empty()) {
    builds.front().changes_state = true;
    return builds;
  }
  if (state_of(view).empty() || operation_type(view) != "AddField") return {};
  const auto* alter = view.statements.front()->operation.as<AlterTable>();
  const auto* add = alter == nullptr ? nullptr : alter->actions.front().as<alter::AddColumn>();
  if (add == nullptr) return {};
  rest.undo = {drop_column(sql_name(alter->name), add->column.name)};
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

Recipe validated_later(const OperationView& view, const std::string& table, Constraint constraint) {
  if (constraint.name.empty()) return {};
  const bool check = constraint.kind == Constraint::Kind::check;
  const std::string name = constraint.name;
  constraint.not_valid = true;
  Step add{.sql = {alter_table(table, "ADD " + plain_sql(print_constraint(constraint, false)))},
           .undo = {drop_constraint(table, name)},
           .changes_state = true};
  Step validate{.sql = {alter_table(table, "VALIDATE CONSTRAINT " + quote_ident(name))}};
  // Django 4.0 brought both.
  if (check && operation_type(view) == "AddConstraint" && at_least(view.migration.project.django_version, 4, 0)) {
    add.django = called(view, "AddConstraintNotValid");
    const std::string_view model = view.model->text("model_name");
    validate.django = "ValidateConstraint(model_name=\"" + std::string(model) + "\", name=" + quoted_python(name) + ")";
    if (model.empty()) add.django.clear(), validate.django.clear();
  }
  return {add, validate};
}

// The text of a domain's CHECK with the column for VALUE.
static std::string for_column(std::string text, const std::string& column) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) ++end;
    std::string word = text.substr(i, end - i);
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
    if (end == i) end = i + 1;
    result += word == "VALUE" ? column : text.substr(i, end - i);
    i = end;
  }
  return result;
}

Recipe column_then_check(const std::string& table, Column column, const std::string& name, const TypeState* domain) {
  std::vector<std::string> checks;
  const std::string written = quote_ident(column.name);
  if (domain != nullptr) {
    if (domain->base.text.empty()) return {};
    column.type = domain->base;
    for (const ConstraintState& constraint : domain->constraints)
      if (constraint.definition.kind == Constraint::Kind::check && constraint.definition.expression)
        checks.push_back(for_column(constraint.definition.expression->text, written));
    if (domain->not_null) checks.push_back(written + " IS NOT NULL");
  }
  for (const Constraint& constraint : column.constraints)
    if (constraint.kind == Constraint::Kind::check && constraint.expression)
      checks.push_back(constraint.expression->text);
  erase_kind(column, Constraint::Kind::check);
  if (checks.empty() || name.empty()) return {};
  std::string condition = checks.front();
  for (std::size_t i = 1; i < checks.size(); ++i) condition += ") AND (" + checks[i];
  if (checks.size() > 1) condition = "(" + condition + ")";
  return {{.sql = {add_column(table, column),
                   alter_table(table, "ADD CONSTRAINT " + quote_ident(name) + " CHECK (" + condition + ") NOT VALID")},
           .undo = {drop_column(table, column.name)},
           .changes_state = true},
          {.sql = {alter_table(table, "VALIDATE CONSTRAINT " + quote_ident(name))}}};
}

Recipe not_null_by_check(const std::string& table, const std::string& column) {
  const std::string written = quote_ident(column);
  const std::string check = unquoted(bare(table)) + "_" + column + "_set";
  if (check.size() > 63) return {};
  const std::string name = quote_ident(check);
  return {{.sql = {alter_table(table, "ADD CONSTRAINT " + name + " CHECK (" + written + " IS NOT NULL) NOT VALID")},
           .undo = {drop_constraint(table, check)}},
          {.sql = {alter_table(table, "VALIDATE CONSTRAINT " + name)}},
          {.sql = {alter_table(table, "ALTER COLUMN " + written + " SET NOT NULL"), drop_constraint(table, check)},
           .undo = {alter_table(table, "ALTER COLUMN " + written + " DROP NOT NULL"),
                    alter_table(table, "ADD CONSTRAINT " + name + " CHECK (" + written + " IS NOT NULL) NOT VALID")},
           .changes_state = true}};
}

Recipe not_null_with_fill(const OperationView& view, const QualifiedName& table, const std::string& column) {
  Recipe recipe;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* dml = view.statements[i]->operation.as<Dml>();
    if (view.migration.language == Language::sql || dml == nullptr || !dml->query ||
        dml->query->assignments.size() != 1)
      continue;
    const Query::Assignment& set = dml->query->assignments.front();
    if (set.column != column) continue;
    recipe.push_back(fill(sql_name(table), quote_ident(column), plain_sql(print_expression(set.value)), "",
                          view.before[i]->find(table)));
  }
  append(recipe, not_null_by_check(sql_name(table), column));
  return recipe;
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

Recipe check_aside(const std::string& table, const alter::SetType& change, const ConstraintState& check) {
  Constraint again = check.definition;
  if (again.name.empty() || !again.expression) return {};
  again.not_valid = true;
  return {{.sql = {drop_constraint(table, again.name), alter_table(table, plain_sql(print_action({change, {}}))),
                   alter_table(table, "ADD " + plain_sql(print_constraint(again, false)))},
           .changes_state = true},
          {.sql = {alter_table(table, "VALIDATE CONSTRAINT " + quote_ident(again.name))}}};
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

Recipe renamed_behind_view(const std::string& table, const std::string& new_name) {
  const std::string next = quote_ident(new_name);
  return {{.sql = {alter_table(table, "RENAME TO " + next), "CREATE VIEW " + table + " AS SELECT * FROM " + next},
           .undo = {"DROP VIEW " + table, alter_table(next, "RENAME TO " + bare(table))},
           .changes_state = true}};
}

}  // namespace mlint::rules
