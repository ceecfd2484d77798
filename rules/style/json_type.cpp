#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_json_type(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_json_type(const StatementView& view, Reporter& reporter) {
  each_json_type(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "json") return;
    Finding finding;
    finding.message = "column " + ticked(column) + " has no equality operator";
    finding.help = "use jsonb";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule json_type{
    .info = {.code = "ML907",
             .name = "json-type",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column is of type json.",
             .effect = "DISTINCT, UNION and GROUP BY fail on it.",
             .instead = "Use jsonb.",
             .equivalents = "eugene:E3 pgfence:add-column-json pgsafe:prefer-jsonb "
                            "strong_migrations:add_column_json online_migrations:add_column_json"},
    .on_statement = find_json_type,
};

}  // namespace mlint::rules
