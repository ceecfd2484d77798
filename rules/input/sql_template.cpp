#include "analyzer/lint/template.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_sql_template {

// Once a directory: the first statement that does not parse because of a placeholder.
static void check(const MigrationView& view, Reporter& reporter) {
  if (view.language != Language::sql) return;
  for (const Statement& statement : view.statements) {
    if (statement.operation.as<Unparsed>() == nullptr || !holds_placeholders(statement.text)) continue;
    Finding finding;
    finding.location = statement.location;
    finding.message = "this SQL is a template: its placeholders were not filled in, and it was not judged";
    finding.help = "map them under [placeholders] in mlint.toml";
    finding.statement = statement.index;
    finding.subject = "template." + view.path.substr(0, view.path.rfind('/') + 1);
    reporter.add(std::move(finding));
    return;
  }
}

}  // namespace of_sql_template

constexpr Rule sql_template{
    .info = {.code = "ML708",
             .name = "sql-template",
             .group = RuleGroup::input,
             .severity = Severity::warning,
             .summary = "SQL files hold placeholders of a template.",
             .effect = "What stands in their place is not known, so the statements were not judged.",
             .instead = "Map the placeholders in the configuration.",
             .silent_when = "The file is plain SQL, or another file of the directory was reported.",
             .once_per_subject = true},
    .on_migration = of_sql_template::check,
};

}  // namespace mlint::rules
