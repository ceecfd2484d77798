#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_serial_type(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_serial_type(const StatementView& view, Reporter& reporter) {
  each_serial_type(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "serial" && name != "bigserial" && name != "smallserial" && name != "serial8" && name != "serial4" &&
        name != "serial2")
      return;
    Finding finding;
    finding.message = "column " + ticked(column) + " is a serial";
    finding.help = "use GENERATED … AS IDENTITY";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule serial_type{
    .info = {.code = "ML903",
             .name = "serial-type",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column is a serial.",
             .effect = "Its sequence has rights of its own, and can be bypassed by mistake.",
             .instead = "Use GENERATED … AS IDENTITY.",
             .equivalents = "squawk:prefer-identity pgsafe:prefer-identity django-safe-migrations:SM034 "
                            "pgfence:prefer-identity"},
    .on_statement = find_serial_type,
};

}  // namespace mlint::rules
