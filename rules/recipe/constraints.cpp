#include <algorithm>
#include <cctype>

#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"
#include "rules/advice.h"
#include "rules/recipe/parts.h"
#include "rules/subject.h"

// Recipes for CHECK, NOT NULL and foreign keys.
namespace mlint::rules {

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

Recipe key_by_partition(Constraint key, const QualifiedName& parent, const Schema& before) {
  if (key.name.empty()) return {};
  Step add, validate;
  key.not_valid = true;
  for (const Relation* partition : before.descendants(parent)) {
    if (partition->kind != RelationKind::table) continue;  // one that is partitioned again has its own
    const std::string table = sql_name(partition->name);
    add.sql.push_back(alter_table(table, "ADD " + plain_sql(print_constraint(key, false))));
    add.undo.push_back(drop_constraint(table, key.name));
    validate.sql.push_back(alter_table(table, "VALIDATE CONSTRAINT " + quote_ident(key.name)));
  }
  if (add.sql.empty()) return {};
  key.not_valid = false;
  const std::string table = sql_name(parent);
  return {add,
          validate,
          {.sql = {alter_table(table, "ADD " + plain_sql(print_constraint(key, false)))},
           .undo = {drop_constraint(table, key.name)},
           .changes_state = true}};
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

Recipe check_aside(const std::string& table, const alter::SetType& change, const ConstraintState& check) {
  Constraint again = check.definition;
  if (again.name.empty() || !again.expression) return {};
  again.not_valid = true;
  return {{.sql = {drop_constraint(table, again.name), alter_table(table, plain_sql(print_action({change, {}}))),
                   alter_table(table, "ADD " + plain_sql(print_constraint(again, false)))},
           .changes_state = true},
          {.sql = {alter_table(table, "VALIDATE CONSTRAINT " + quote_ident(again.name))}}};
}

}  // namespace mlint::rules
