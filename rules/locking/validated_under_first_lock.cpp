#include "rules/advice.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_validated_under_first_lock {

static void check(const StatementView& view, Reporter& reporter) {
  each_action<alter::ValidateConstraint>(
      view, [&](const alter::ValidateConstraint& validate, const QualifiedName& table) {
        for (const HeldLock& held : view.statement.held) {
          if (held.relation != table || !stops_writers(held.mode) || held.new_in_unit) continue;
          const Relation* relation = view.before.find(table);
          const ConstraintState* constraint = relation == nullptr ? nullptr : relation->constraint(validate.name);
          if (constraint == nullptr || constraint->added_in != view.before.unit() || constraint->valid) return;
          Finding finding;
          finding.message = "constraint " + ticked(validate.name) + " of " + ticked(table) +
                            " is validated while its transaction still holds " + std::string(name_of(held.mode)) +
                            ": " + std::string(who_waits(held.mode)) + " during the scan";
          finding.help = "VALIDATE CONSTRAINT " + later_step(view.migration);
          finding.subject = subject_of(table, validate.name);
          report(view, reporter, Hazard::scan_under_lock, table, std::move(finding));
          return;
        }
      });
}

}  // namespace of_validated_under_first_lock

constexpr Rule validated_under_first_lock{
    .info = {.code = "ML146",
             .name = "validated-under-first-lock",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A constraint is added NOT VALID and validated in the same transaction.",
             .effect = "The lock of ADD CONSTRAINT is held during the scan, so NOT VALID gained nothing.",
             .instead = "VALIDATE CONSTRAINT in a transaction of its own.",
             .silent_when = "Each step has its own transaction, or the table is new or small.",
             .equivalents = "squawk:constraint-missing-not-valid pgfence:not-valid-validate-same-tx "
                            "strong_migrations:validate_check_constraint "
                            "strong_migrations:validate_foreign_key "
                            "online_migrations:validate_foreign_key online_migrations:validate_constraint"},
    .on_statement = of_validated_under_first_lock::check,
};

}  // namespace mlint::rules
