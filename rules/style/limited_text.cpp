#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_limited_text(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_limited_text(const StatementView& view, Reporter& reporter) {
  each_limited_text(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "varchar" || type.modifiers.empty()) return;
    Finding finding;
    finding.message = "column " + ticked(column) + " is a varchar with a limit";
    finding.help = "use text with a CHECK";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule limited_text{
    .info = {.code = "ML904",
             .name = "limited-text",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column is a varchar with a limit.",
             .effect = "A limit is harder to change than a CHECK.",
             .instead = "Use text with a CHECK.",
             .equivalents = "squawk:prefer-text-field django-safe-migrations:SM031 "
                            "pgfence:prefer-text-field"},
    .on_statement = find_limited_text,
};

}  // namespace mlint::rules
