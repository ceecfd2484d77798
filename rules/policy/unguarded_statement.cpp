#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// Has a form that says IF EXISTS or IF NOT EXISTS, and does not use it.
static bool is_unguarded(const StatementView& view) {
  const Operation& operation = view.statement.operation;
  if (const auto* table = operation.as<CreateTable>())
    return !table->if_not_exists && table->persistence != Persistence::temporary;
  if (const auto* index = operation.as<CreateIndex>()) return !index->if_not_exists && !index->name.empty();
  if (const auto* drop = operation.as<Drop>()) return !drop->if_exists;
  if (const auto* sequence = operation.as<CreateSequence>()) return !sequence->if_not_exists;
  const auto* alter = operation.as<AlterTable>();
  if (alter == nullptr) return false;
  return std::any_of(alter->actions.begin(), alter->actions.end(), [](const AlterAction& action) {
    if (const auto* add = action.as<alter::AddColumn>()) return !add->if_not_exists;
    if (const auto* drop = action.as<alter::DropColumn>()) return !drop->if_exists;
    const auto* drop = action.as<alter::DropConstraint>();
    return drop != nullptr && !drop->if_exists;
  });
}

static void find_unguarded_statement(const StatementView& view, Reporter& reporter) {
  // Where a transaction is around it, a failure further down undoes it.
  if (view.statement.transaction || !is_written_sql(view) || !is_unguarded(view)) return;
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
             .summary = "CREATE, DROP or ADD COLUMN outside a transaction has no IF [NOT] EXISTS.",
             .effect = "When a later statement fails, a second run fails on this one.",
             .instead = "Write the guard.",
             .silent_when = "A transaction is around it; a temporary table; an index that the server names.",
             .equivalents = "squawk:prefer-robust-stmts pgsafe:require-if-exists "
                            "django-safe-migrations:SM036 pgfence:prefer-robust-create-index "
                            "pgfence:prefer-robust-create-table pgfence:prefer-robust-drop-index "
                            "pgfence:prefer-robust-drop-table"},
    .on_statement = find_unguarded_statement,
};

}  // namespace mlint::rules
