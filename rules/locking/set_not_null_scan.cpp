#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_set_not_null_scan {

static std::string help(const StatementView& view, const Work& work) {
  return with_steps("let a CHECK prove it, so that SET NOT NULL reads no row",
                    not_null_with_fill(view.operation, work.relation, work.object), view.operation);
}

static void check(const StatementView& view, Reporter& reporter) {
  for (const Work& work : view.statement.effects.work) {
    if (work.cause != Cause::not_null || work.kind != WorkKind::scan || work.new_in_unit) continue;
    Finding finding;
    finding.message = "SET NOT NULL on " + ticked(work.object) + " scans " + ticked(work.relation) +
                      " under ACCESS EXCLUSIVE: reads and writes wait";
    if (work.assumed) finding.notes.push_back("whether a valid check already proves it is not known here");
    finding.help = help(view, work);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::scan_under_lock, work.relation, std::move(finding));
    return;
  }
}

}  // namespace of_set_not_null_scan

constexpr Rule set_not_null_scan{
    .info = {.code = "ML103",
             .name = "set-not-null-scan",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "SET NOT NULL reads the whole table to look for NULLs.",
             .effect = "The scan runs under ACCESS EXCLUSIVE, so every query on the table waits until it ends.",
             .instead = "Add a CHECK (column IS NOT NULL) NOT VALID, validate it in a later transaction, then SET NOT "
                        "NULL, and drop the check.",
             .silent_when = "A validated CHECK proves that the column has no NULL, the table is new or small, or "
                            "recreated-foreign-key says more.",
             .postgresql = "12+",
             .equivalents = "squawk:adding-not-nullable-field pgsafe:set-not-null "
                            "pgfence:alter-column-set-not-null eugene:E2 atlas:PG303 "
                            "strong_migrations:change_column_null online_migrations:change_column_null "
                            "django-migration-linter:NOT_NULL django-safe-migrations:SM020 "
                            "strong_migrations:change_column_with_not_null "
                            "online_migrations:change_column_with_not_null "
                            "online_migrations:add_not_null_constraint "
                            "strong_migrations:change_column_null_postgresql"},
    .on_statement = of_set_not_null_scan::check,
};

}  // namespace mlint::rules
