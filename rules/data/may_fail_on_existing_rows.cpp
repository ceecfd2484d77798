#include "analyzer/operation/printer.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/volatility.h"
#include "rules/data/data_step.h"
#include "rules/data/null_row.h"
#include "rules/data/rule_in_force.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_may_fail_on_existing_rows {

// A null is no duplicate, and a volatile default is a value for each row.
static bool fills_differently(const StatementView& view, const Expr& value) {
  if (value.kind == Expr::Kind::constant && value.type.name.name == "null") return true;
  return volatility_of(value, view.before, nullptr, view.migration.project.server.version) > Volatility::stable;
}

static std::string joined(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) text += (text.empty() ? "" : ", ") + quote_ident(column);
  return text;
}

static std::string foreign_key_query(const std::string& table, const Constraint& key) {
  if (key.columns.size() != 1) return {};
  const std::string column = quote_ident(key.columns.front());
  const std::string referenced = key.referenced_columns.empty() ? "id" : quote_ident(key.referenced_columns.front());
  return "SELECT " + column + " FROM " + table + " c WHERE " + column + " IS NOT NULL AND NOT EXISTS (SELECT FROM " +
         quote_ident(key.references) + " p WHERE p." + referenced + " = c." + column + ")";
}

static std::string null_query(const std::string& table, const std::string& column) {
  return "SELECT count(*) FROM " + table + " WHERE " + quote_ident(column) + " IS NULL";
}

// Two rows that the constraint forbids: each element of one fits that of the other.
static std::string exclusion_query(const std::string& table, const Constraint& constraint) {
  std::string text = "SELECT count(*) FROM " + table + " a JOIN " + table + " b ON a.ctid < b.ctid";
  for (const auto& [element, op] : constraint.exclusion) {
    if (element.column.empty()) return {};
    text += " AND a." + quote_ident(element.column) + " " + op + " b." + quote_ident(element.column);
  }
  return constraint.expression ? std::string() : text;
}

// The query that finds the rows that would make it fail; empty when none can be written.
static std::string query_for(const std::string& table, const AlterAction& action) {
  if (const auto* set = action.as<alter::SetNotNull>()) return null_query(table, set->column);
  const auto* add = action.as<alter::AddConstraint>();
  if (add == nullptr || add->constraint.not_valid || !add->constraint.using_index.empty()) return {};
  const Constraint& constraint = add->constraint;
  const std::string columns = joined(constraint.columns);
  if (constraint.kind == Constraint::Kind::not_null && constraint.columns.size() == 1)
    return null_query(table, constraint.columns.front());
  if (constraint.kind == Constraint::Kind::exclusion) return exclusion_query(table, constraint);
  if (constraint.kind == Constraint::Kind::unique || constraint.kind == Constraint::Kind::primary_key)
    return "SELECT " + columns + ", count(*) FROM " + table + " GROUP BY " + columns + " HAVING count(*) > 1";
  if (constraint.kind == Constraint::Kind::check && constraint.expression)
    return "SELECT count(*) FROM " + table + " WHERE NOT (" + constraint.expression->text + ")";
  if (constraint.kind == Constraint::Kind::foreign_key) return foreign_key_query(table, constraint);
  return {};
}

static std::vector<std::string> columns_of(const AlterAction& action) {
  if (const auto* set = action.as<alter::SetNotNull>()) return {set->column};
  if (const auto* add = action.as<alter::AddConstraint>()) return add->constraint.columns;
  return {};
}

static void say(const StatementView& view, Reporter& reporter, const QualifiedName& table, const std::string& what,
                const std::string& query, Cleaned cleaned, bool concurrent = false) {
  Finding finding;
  finding.message = what + " fails when a row of " + ticked(table) + " does not fit, and " +
                    (cleaned == Cleaned::unread ? "whether the steps before it clean them is not known here"
                                                : "no earlier step cleans them");
  finding.help =
      query.empty() ? "look for such rows before, and clean them in an earlier migration" : "look first: " + query;
  finding.subject = subject_of(table, what);
  // Nobody waits and nothing is lost when a concurrent build finds a duplicate: it is dropped and tried again.
  if (concurrent) {
    finding.severity = Severity::info;
    return reporter.add(std::move(finding));
  }
  report(view, reporter, Hazard::may_fail_on_rows, table, std::move(finding));
}

static bool holds(const StatementView& view, const QualifiedName& table, const Constraint& constraint) {
  const Relation* relation = view.before.find(table);
  return relation != nullptr && holds_for_old_rows(constraint, *relation, view.before.unit());
}

static void check_index(const StatementView& view, Reporter& reporter) {
  const auto* index = view.statement.operation.as<CreateIndex>();
  if (index == nullptr || !index->unique) return;
  std::vector<std::string> columns;
  std::string list;
  bool known = true;
  for (const IndexElement& element : index->elements) {
    if (!element.column.empty()) columns.push_back(element.column);
    const std::string key = element.expression ? element.expression->text : quote_ident(element.column);
    known = known && !key.empty();
    list += (list.empty() ? "" : ", ") + key;
  }
  if (!known) list.clear();
  const QualifiedName table = resolved(view, index->table);
  if (is_new(view.before, table)) return;
  const Cleaned cleaned = cleaned_before(view, table, columns);
  if (cleaned == Cleaned::yes) return;
  Constraint unique;
  unique.kind = Constraint::Kind::unique;
  unique.columns = columns;
  unique.nulls_not_distinct = index->nulls_not_distinct;
  unique.expression = index->where;  // the rows that it is about
  if (columns.size() == index->elements.size() && was_in_force(view.migration, view.statement, table, unique)) return;
  if (cleaned == Cleaned::no && holds(view, table, unique)) return;
  const std::string where = index->where ? " WHERE " + index->where->text : "";
  say(view, reporter, table, "unique index " + ticked(index->name),
      list.empty() ? list
                   : "SELECT " + list + ", count(*) FROM " + quote_ident(table) + where + " GROUP BY " + list +
                         " HAVING count(*) > 1",
      cleaned, index->concurrently);
}

// ADD COLUMN … DEFAULT 0 UNIQUE: Django calls a default once too.
static void check_new_column(const StatementView& view, Reporter& reporter, const QualifiedName& table,
                             const Column& column) {
  const Constraint* value = nullptr;
  bool unique = false;
  for (const Constraint& constraint : column.constraints) {
    if (constraint.kind == Constraint::Kind::default_) value = &constraint;
    unique = unique || constraint.kind == Constraint::Kind::unique || constraint.kind == Constraint::Kind::primary_key;
  }
  if (!unique || value == nullptr || !value->expression || fills_differently(view, *value->expression)) return;
  Finding finding;
  finding.message = "every row of " + ticked(table) + " gets the same " + ticked(column.name) +
                    ", which is unique: this fails when the table has two rows";
  finding.help = view.migration.language == Language::django
                     ? "three migrations: AddField with null=True and without unique, RunPython that gives each row a "
                       "value of its own, AlterField with unique=True"
                     : "add the column without UNIQUE and default, give each row a value of its own, then build a "
                       "unique index concurrently";
  finding.subject = subject_of(table, column.name);
  report(view, reporter, Hazard::may_fail_on_rows, table, std::move(finding));
}

// A text may be no number, no date: any other change of type is spoken about by narrowed-type.
static bool is_read_as(const TypeName& from, const TypeName& to, const Schema& schema) {
  const auto is_text = [&](const TypeName& type) {
    const std::string name = types::base_type(type, schema).name.name;
    return name == "text" || name == "varchar" || name == "bpchar" || name == "citext";
  };
  return types::is_known(from) && types::is_known(to) && is_text(from) && !is_text(to) && to.array_dimensions == 0;
}

static void check_type(const StatementView& view, Reporter& reporter, const QualifiedName& table,
                       const alter::SetType& change) {
  const Relation* relation = view.before.find(table);
  const ColumnState* column = relation == nullptr ? nullptr : relation->column(change.column);
  if (column == nullptr || !is_read_as(column->type, change.type, view.before)) return;
  const Cleaned cleaned = cleaned_before(view, table, {change.column});
  if (cleaned == Cleaned::yes) return;
  say(view, reporter, table, "reading " + ticked(change.column) + " as " + change.type.text, {}, cleaned);
}

static void check(const StatementView& view, Reporter& reporter) {
  if (!view.statement.effects.may_fail_on_rows) return;
  check_index(view, reporter);
  const auto* alter = view.statement.operation.as<AlterTable>();
  if (alter == nullptr) return;
  const QualifiedName table = resolved(view, alter->name);
  if (is_new(view.before, table)) return;
  for (const AlterAction& action : alter->actions) {
    if (const auto* change = action.as<alter::SetType>()) check_type(view, reporter, table, *change);
    if (const auto* column = action.as<alter::AddColumn>()) check_new_column(view, reporter, table, column->column);
    const std::string query = query_for(quote_ident(table), action);
    const Cleaned cleaned = query.empty() ? Cleaned::yes : cleaned_before(view, table, columns_of(action));
    if (cleaned == Cleaned::yes) continue;
    const auto* set = action.as<alter::SetNotNull>();
    const auto* add = action.as<alter::AddConstraint>();
    if (add != nullptr && was_in_force(view.migration, view.statement, table, add->constraint)) continue;
    if (add != nullptr && cleaned == Cleaned::no && holds(view, table, add->constraint)) continue;
    const std::string what = set != nullptr                 ? "NOT NULL on " + ticked(set->column)
                             : add->constraint.name.empty() ? "the constraint"
                                                            : "constraint " + ticked(add->constraint.name);
    say(view, reporter, table, what, query, cleaned);
    return;
  }
}

}  // namespace of_may_fail_on_existing_rows

constexpr Rule may_fail_on_existing_rows{
    .info = {.code = "ML602",
             .name = "may-fail-on-existing-rows",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A constraint, NOT NULL or narrower type is applied to rows that nobody checked.",
             .effect = "One row that does not fit makes the migration fail in production, after it passed "
                       "everywhere else.",
             .instead = "Find the rows first with the query given, and clean them in an earlier migration.",
             .silent_when = "A data step on the column comes before it, the table or column is new, a column that this "
                            "migration added is NULL in every row and lets it pass, or an older rule that implies "
                            "it was in force until now. For a unique index that is built concurrently it is info.",
             .equivalents = "atlas:MF101 atlas:MF102 atlas:MF104 django-safe-migrations:SM020 "
                            "django-safe-migrations:SM040"},
    .on_statement = of_may_fail_on_existing_rows::check,
};

}  // namespace mlint::rules
