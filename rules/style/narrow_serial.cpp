#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_narrow_serial(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_narrow_serial(const StatementView& view, Reporter& reporter) {
  each_narrow_serial(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "serial" && name != "smallserial" && name != "serial4" && name != "serial2") return;
    Finding finding;
    finding.message = "column " + ticked(column) + " is a serial of 32 bits or less";
    finding.help = "use bigint GENERATED ALWAYS AS IDENTITY";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule narrow_serial{
    .info = {.code = "ML902",
             .name = "narrow-serial",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A key is a 32-bit serial.",
             .effect = "It runs out at two thousand million, and widening it rewrites every table that "
                       "references it.",
             .instead = "Use bigint GENERATED ALWAYS AS IDENTITY.",
             .equivalents = "pgsafe:prefer-bigint-primary-key online_migrations:short_primary_key_type "
                            "django-safe-migrations:SM028"},
    .on_statement = find_narrow_serial,
};

}  // namespace mlint::rules
