#include <cctype>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_schemaless_catalogue_query {

static bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

static void check(const StatementView& view, Reporter& reporter) {
  std::string text;
  for (const char c : view.statement.text) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (!contains(text, "information_schema.") || !contains(text, "table_name")) return;
  if (contains(text, "table_schema") || contains(text, "current_schema") || contains(text, "constraint_schema")) return;
  Finding finding;
  finding.message =
      "this asks information_schema for a table without its schema: a table of that name in any schema counts";
  finding.help = "add table_schema = current_schema(), or ask to_regclass('name')";
  finding.subject = "catalogue." + std::to_string(view.statement.index);
  if (view.migration.runs_per_tenant) finding.severity = Severity::error;
  reporter.add(std::move(finding));
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
    .on_statement = of_schemaless_catalogue_query::check,
};

}  // namespace mlint::rules
