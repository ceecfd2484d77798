#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_check_scan_on_type_change {

static void check(const StatementView& view, Reporter& reporter) {
  for (const Work& work : view.statement.effects.work)
    if (work.kind == WorkKind::rewrite) return;
  bool said = false;
  each_work(view.statement.effects, Cause::type_change_check, [&](const Work& work) {
    if (said) return;
    said = true;
    Finding finding;
    finding.message = "the change of type is free, but CHECK " + ticked(work.object) +
                      " is verified again: " + ticked(work.relation) + " is scanned under ACCESS EXCLUSIVE";
    Recipe recipe;
    const Relation* relation = view.before.find(work.relation);
    const ConstraintState* constraint = relation == nullptr ? nullptr : relation->constraint(work.object);
    for (const auto* change : actions<alter::SetType>(view.statement.operation))
      if (constraint != nullptr) recipe = check_aside(sql_name(work.relation), *change, *constraint);
    finding.help = with_steps("take the CHECK away for the change, and validate it " + later_step(view.migration),
                              recipe, view.operation);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::scan_under_lock, work.relation, std::move(finding));
  });
}

}  // namespace of_check_scan_on_type_change

constexpr Rule check_scan_on_type_change{
    .info = {.code = "ML117",
             .name = "check-scan-on-type-change",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A change of type verifies the CHECK constraints of the column again.",
             .effect = "The whole table is read under ACCESS EXCLUSIVE even where the change itself is free.",
             .instead = "Drop the CHECK, change the type, add the CHECK again NOT VALID, and validate it "
                        "later.",
             .silent_when = "No CHECK names the column.",
             .equivalents = "strong_migrations:change_column_constraint online_migrations:change_column_constraint"},
    .on_statement = of_check_scan_on_type_change::check,
};

}  // namespace mlint::rules
