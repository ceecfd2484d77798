#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_mixed_case_name(const StatementView& view, Reporter& reporter) {
  const auto* table = view.statement.operation.as<CreateTable>();
  if (table == nullptr || !is_written_sql(view)) return;
  std::string found;
  const auto look = [&](const std::string& name) {
    for (const char c : name)
      if (c >= 'A' && c <= 'Z' && found.empty()) found = name;
  };
  look(table->name.name);
  for (const Column& column : table->columns) look(column.name);
  if (found.empty()) return;
  Finding finding;
  finding.message = "name " + ticked(found) + " must be quoted wherever it is used";
  finding.help = "write it in lower case";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule mixed_case_name{
    .info = {.code = "ML913",
             .name = "mixed-case-name",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A name has upper-case letters.",
             .effect = "It must be quoted for ever after.",
             .instead = "Write it in lower case.",
             .equivalents = "pgsafe:naming-convention"},
    .on_statement = find_mixed_case_name,
};

}  // namespace mlint::rules
