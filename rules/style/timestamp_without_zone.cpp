#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_timestamp_without_zone(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_timestamp_without_zone(const StatementView& view, Reporter& reporter) {
  each_timestamp_without_zone(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "timestamp") return;
    Finding finding;
    finding.message = "column " + ticked(column) + " knows no time zone";
    finding.help = "use timestamptz";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule timestamp_without_zone{
    .info = {.code = "ML906",
             .name = "timestamp-without-zone",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column is a timestamp without time zone.",
             .effect = "What moment it means depends on who reads it.",
             .instead = "Use timestamptz.",
             .equivalents = "squawk:prefer-timestamp-tz squawk:prefer-timestamptz django-safe-migrations:SM032 "
                            "pgfence:prefer-timestamptz"},
    .on_statement = find_timestamp_without_zone,
};

}  // namespace mlint::rules
