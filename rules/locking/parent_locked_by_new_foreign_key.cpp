#include "rules/locking/foreign_key.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_parent_locked_by_new_foreign_key {

static void check(const StatementView& view, Reporter& reporter) {
  for (const Work& work : view.statement.effects.work)
    if (work.kind == WorkKind::fk_validation && !work.new_in_unit) return;
  QualifiedName own;
  if (const auto* alter = view.statement.operation.as<AlterTable>()) own = resolved(view, alter->name);
  if (const auto* table = view.statement.operation.as<CreateTable>()) own = resolved(view, table->name);
  if (own.name.empty() || recreates_foreign_key(view.operation)) return;
  for (const RelationLock& lock : view.statement.effects.locks) {
    if (lock.mode != LockMode::share_row_exclusive || lock.new_in_unit || lock.relation == own) continue;
    Finding finding;
    finding.message = "the new foreign key of " + ticked(own) + " locks " + ticked(lock.relation) +
                      ": writes to it wait until the transaction ends";
    finding.help = "set a short lock_timeout, and let nothing slow follow in this transaction";
    if (view.migration.runs_per_tenant)
      finding.notes.push_back("this runs once per tenant, and locks " + ticked(lock.relation) + " every time");
    finding.subject = subject_of(lock.relation, "referenced");
    report(view, reporter, Hazard::parent_lock, lock.relation, std::move(finding));
  }
}

}  // namespace of_parent_locked_by_new_foreign_key

constexpr Rule parent_locked_by_new_foreign_key{
    .info = {.code = "ML110",
             .name = "parent-locked-by-new-foreign-key",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A foreign key locks the table that it references.",
             .effect = "SHARE ROW EXCLUSIVE on the referenced table makes its writers wait, first for the "
                       "lock and then until the transaction ends.",
             .instead = "Keep the transaction short, with a lock_timeout and one busy parent a migration.",
             .silent_when = "The referenced table is not known to be large or hot.",
             .equivalents = "online_migrations:multiple_foreign_keys pgfence:add-column-inline-foreign-key "
                            "django-safe-migrations:SM023"},
    .on_statement = of_parent_locked_by_new_foreign_key::check,
};

}  // namespace mlint::rules
