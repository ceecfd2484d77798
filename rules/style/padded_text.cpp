#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Types of columns that the statement makes: each(column, type).
template <class Each>
static void each_padded_text(const Operation& operation, Each each) {
  if (const auto* table = operation.as<CreateTable>())
    for (const Column& column : table->columns) each(column.name, column.type);
  for (const auto* add : actions<alter::AddColumn>(operation)) each(add->column.name, add->column.type);
  for (const auto* set : actions<alter::SetType>(operation)) each(set->column, set->type);
}

static void find_padded_text(const StatementView& view, Reporter& reporter) {
  each_padded_text(view.statement.operation, [&](const std::string& column, const TypeName& type) {
    const std::string& name = type.name.name;
    if (name != "bpchar") return;
    Finding finding;
    finding.message = "column " + ticked(column) + " is padded with blanks";
    finding.help = "use text";
    finding.subject = "column." + column;
    reporter.add(std::move(finding));
  });
}

constexpr Rule padded_text{
    .info = {.code = "ML905",
             .name = "padded-text",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column is a char(n).",
             .effect = "Values are padded with blanks, which comparisons sometimes ignore.",
             .instead = "Use text.",
             .equivalents = "squawk:ban-char-field pgfence:ban-char-field"},
    .on_statement = find_padded_text,
};

}  // namespace mlint::rules
