#include <cctype>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_schemaless_catalogue_query {

// Most statements are of a kind that holds no query.
static bool may_ask(const Operation& operation) {
  return operation.as<AlterTable>() == nullptr && operation.as<CreateIndex>() == nullptr &&
         operation.as<CreateTable>() == nullptr && operation.as<Drop>() == nullptr;
}

static bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

static bool asks_without_schema(const std::string& written) {
  std::string text;
  for (const char c : written) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool schemas = contains(text, "information_schema.") && contains(text, "table_name");
  const bool views = (contains(text, "pg_tables") && contains(text, "tablename")) ||
                     (contains(text, "pg_indexes") && contains(text, "indexname")) ||
                     (contains(text, "pg_views") && contains(text, "viewname")) ||
                     (contains(text, "pg_class") && contains(text, "relname ="));
  if (!schemas && !views) return false;
  for (const std::string_view narrowed : {"table_schema", "current_schema", "constraint_schema", "schemaname",
                                          "nspname", "relnamespace", "pg_table_is_visible", "regclass"})
    if (contains(text, narrowed)) return false;
  return true;
}

static void say(const OperationView& view, Reporter& reporter, Location location, std::size_t number) {
  Finding finding;
  finding.location = location;
  finding.message =
      "this asks the catalogue for a name without its schema: an object of that name in any schema counts";
  finding.help = "add table_schema = current_schema(), or ask to_regclass('name')";
  finding.subject = "catalogue." + std::to_string(number);
  if (view.migration.runs_per_tenant) finding.severity = Severity::error;
  reporter.add(std::move(finding));
}

static void check(const OperationView& view, Reporter& reporter) {
  if (const django::PythonBody* body = python_body(view)) {
    for (std::size_t i = 0; i < body->sql.size(); ++i)
      if (asks_without_schema(body->sql[i].text)) say(view, reporter, body->sql[i].location, i);
    return;
  }
  for (const Statement* statement : view.statements)
    if (may_ask(statement->operation) && asks_without_schema(statement->text))
      say(view, reporter, statement->location, statement->index);
}

}  // namespace of_schemaless_catalogue_query

constexpr Rule schemaless_catalogue_query{
    .info = {.code = "ML610",
             .name = "schemaless-catalogue-query",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A query on information_schema or pg_catalog names a table but no schema.",
             .effect = "It is true because another schema, perhaps another tenant, has a table of that name.",
             .instead = "Add table_schema = current_schema(), or use to_regclass.",
             .silent_when = "The schema is named too."},
    .on_operation = of_schemaless_catalogue_query::check,
};

}  // namespace mlint::rules
