#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_primary_key_not_null_scan {

static void check(const StatementView& view, Reporter& reporter) {
  for (const Work& work : view.statement.effects.work)
    if (work.kind == WorkKind::index_build) return;
  each_work(view.statement.effects, Cause::primary_key_not_null, [&](const Work& work) {
    Finding finding;
    finding.message = "the primary key makes " + (work.object.empty() ? "its columns" : ticked(work.object)) +
                      " NOT NULL and scans " + ticked(work.relation) + " under ACCESS EXCLUSIVE";
    Recipe recipe;
    if (!work.object.empty()) recipe = not_null_by_check(sql_name(work.relation), work.object);
    recipe.push_back({.sql = {plain_sql(view.statement.text)}, .changes_state = true});
    finding.help = with_steps("make the columns NOT NULL first, by a CHECK that proves it",
                              work.object.empty() ? Recipe{} : recipe, view.operation);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::scan_under_lock, work.relation, std::move(finding));
  });
}

}  // namespace of_primary_key_not_null_scan

constexpr Rule primary_key_not_null_scan{
    .info = {.code = "ML150",
             .name = "primary-key-not-null-scan",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "ADD PRIMARY KEY USING INDEX makes nullable columns NOT NULL.",
             .effect = "The whole table is read under ACCESS EXCLUSIVE to look for NULLs.",
             .instead = "Make the columns NOT NULL first, by a validated CHECK, then take the index.",
             .silent_when = "The columns are NOT NULL already, or a valid CHECK proves it.",
             .equivalents = "eugene:W14 atlas:PG304 pgfence:add-pk-using-index"},
    .on_statement = of_primary_key_not_null_scan::check,
};

}  // namespace mlint::rules
