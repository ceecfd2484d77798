#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_narrow_integer(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_narrow_integer(const StatementView& view, Reporter& reporter) {
  each_narrow_integer(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "int4" && name != "int2") return;
    Finding finding;
    finding.message = "column " + ticked(column) + " holds at most 32 bits";
    finding.help = "use bigint";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule narrow_integer{
    .info = {.code = "ML901",
             .name = "narrow-integer",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column is a 32-bit or 16-bit integer.",
             .effect = "It may run out, and widening it rewrites the table.",
             .instead = "Use bigint.",
             .equivalents = "squawk:prefer-bigint-over-int pgsafe:prefer-bigint-primary-key "
                            "django-safe-migrations:SM028 squawk:prefer-bigint-over-smallint "
                            "pgfence:prefer-bigint-over-int"},
    .on_statement = find_narrow_integer,
};

}  // namespace mlint::rules
