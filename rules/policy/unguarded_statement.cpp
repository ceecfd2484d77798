#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_unguarded_statement(const StatementView& view, Reporter& reporter) {
  const Operation& operation = view.statement.operation;
  bool unguarded = false;
  if (const auto* table = operation.as<CreateTable>()) unguarded = !table->if_not_exists;
  if (const auto* index = operation.as<CreateIndex>()) unguarded = !index->if_not_exists;
  if (const auto* drop = operation.as<Drop>()) unguarded = !drop->if_exists;
  if (const auto* sequence = operation.as<CreateSequence>()) unguarded = !sequence->if_not_exists;
  for (const auto* add : actions<alter::AddColumn>(operation)) unguarded = unguarded || !add->if_not_exists;
  if (!unguarded || !is_written_sql(view)) return;
  Finding finding;
  finding.message = "a second run of this statement fails";
  finding.help = "write IF EXISTS or IF NOT EXISTS";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule unguarded_statement{
    .info = {.code = "ML806",
             .name = "unguarded-statement",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "CREATE or DROP has no IF [NOT] EXISTS.",
             .effect = "A second run fails on it.",
             .instead = "Write the guard.",
             .equivalents = "squawk:prefer-robust-stmts pgsafe:require-if-exists "
                            "django-safe-migrations:SM036 pgfence:prefer-robust-create-index "
                            "pgfence:prefer-robust-create-table pgfence:prefer-robust-drop-index "
                            "pgfence:prefer-robust-drop-table"},
    .on_statement = find_unguarded_statement,
};

}  // namespace mlint::rules
