#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_explicit_table_lock {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* lock = view.statement.operation.as<LockTable>();
  if (lock == nullptr || !stops_writers(static_cast<LockMode>(lock->mode))) return;
  for (const RelationRef& table : lock->tables) {
    const QualifiedName name = resolved(view, table.name);
    if (is_new(view.before, name)) continue;
    Finding finding;
    const auto mode = static_cast<LockMode>(lock->mode);
    finding.message = "LOCK TABLE takes " + std::string(name_of(mode)) + " on " + ticked(name) + ": " +
                      std::string(who_waits(mode)) + " until the transaction ends";
    finding.help = "lock rows with SELECT … FOR UPDATE, or set a short lock_timeout and end the transaction at once";
    finding.subject = subject_of(name, "lock");
    report(view, reporter, Hazard::heavy_command, name, std::move(finding));
  }
}

}  // namespace of_explicit_table_lock

constexpr Rule explicit_table_lock{
    .info = {.code = "ML125",
             .name = "explicit-table-lock",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "LOCK TABLE stops writers or readers of a table.",
             .effect = "Everybody who needs the table waits until the transaction ends.",
             .instead = "Take row locks, or set a short lock_timeout and keep the transaction to one "
                        "statement.",
             .silent_when = "The mode stops nobody who reads or writes, or the table is new."},
    .on_statement = of_explicit_table_lock::check,
};

}  // namespace mlint::rules
