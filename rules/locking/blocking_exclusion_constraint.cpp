#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_exclusion_constraint {

static void check(const StatementView& view, Reporter& reporter) {
  each_work(view.statement.effects, Cause::exclusion, [&](const Work& work) {
    if (work.kind != WorkKind::index_build) return;
    Finding finding;
    finding.message = "adding an exclusion constraint to " + ticked(work.relation) +
                      " builds its index under ACCESS EXCLUSIVE: reads and writes wait";
    finding.help =
        "PostgreSQL knows no NOT VALID and no USING INDEX here: make a new table with the constraint and "
        "move the rows in batches, or take a maintenance window";
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::unique_build, work.relation, std::move(finding));
  });
}

}  // namespace of_blocking_exclusion_constraint

constexpr Rule blocking_exclusion_constraint{
    .info = {.code = "ML105",
             .name = "blocking-exclusion-constraint",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "An exclusion constraint is added to an existing table.",
             .effect = "Its index is built under ACCESS EXCLUSIVE, and there is no way to do that "
                       "concurrently or to validate it later.",
             .instead = "Give the constraint to a new table and move the rows, or take a maintenance window.",
             .silent_when = "The table is new or small.",
             .equivalents = "pgsafe:add-exclusion-constraint pgfence:add-constraint-exclude eugene:E8 "
                            "strong_migrations:add_exclusion_constraint online_migrations:add_exclusion_constraint "
                            "django-safe-migrations:SM056"},
    .on_statement = of_blocking_exclusion_constraint::check,
};

}  // namespace mlint::rules
