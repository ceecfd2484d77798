#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_time_with_zone(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_time_with_zone(const StatementView& view, Reporter& reporter) {
  each_time_with_zone(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "timetz") return;
    Finding finding;
    finding.message = "column " + ticked(column) + " has a zone without a date";
    finding.help = "use timestamptz";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule time_with_zone{
    .info = {.code = "ML909",
             .name = "time-with-zone",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column is a time with time zone.",
             .effect = "Without a date the zone has no offset.",
             .instead = "Use timestamptz."},
    .on_statement = find_time_with_zone,
};

}  // namespace mlint::rules
