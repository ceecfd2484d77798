#include "analyzer/operation/printer.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_reserved_name(const StatementView& view, Reporter& reporter) {
  const auto look = [&](const std::string& name) {
    if (name.empty() || quote_ident(name) == name) return;
    for (const char c : name)
      if (!((c >= 'a' && c <= 'z') || c == '_')) return;
    Finding finding;
    finding.message = "column " + ticked(name) + " has the name of a keyword";
    finding.help = "choose another name";
    finding.subject = "column." + name;
    reporter.add(std::move(finding));
  };
  if (const auto* table = view.statement.operation.as<CreateTable>())
    for (const Column& column : table->columns) look(column.name);
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation)) look(add->column.name);
}

constexpr Rule reserved_name{
    .info = {.code = "ML914",
             .name = "reserved-name",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A column has the name of a keyword.",
             .effect = "It must be quoted wherever it is used.",
             .instead = "Choose another name.",
             .equivalents = "django-safe-migrations:SM019"},
    .on_statement = find_reserved_name,
};

}  // namespace mlint::rules
