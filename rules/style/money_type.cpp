#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_money_type(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_money_type(const StatementView& view, Reporter& reporter) {
  each_money_type(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "money") return;
    Finding finding;
    finding.message = "column " + ticked(column) + " depends on the locale of the server";
    finding.help = "use numeric";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule money_type{
    .info = {.code = "ML908",
             .name = "money-type",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column is of type money.",
             .effect = "Its meaning depends on the server's locale.",
             .instead = "Use numeric."},
    .on_statement = find_money_type,
};

}  // namespace mlint::rules
