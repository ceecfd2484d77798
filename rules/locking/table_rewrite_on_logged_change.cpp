#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_rewrite_on_logged_change {

static void check(const StatementView& view, Reporter& reporter) {
  bool said = false;
  each_work(view.statement.effects, Cause::set_logged, [&](const Work& work) {
    if (said || (work.kind != WorkKind::rewrite && work.kind != WorkKind::file_copy)) return;
    said = true;
    Finding finding;
    finding.message =
        "SET LOGGED or UNLOGGED copies " + ticked(work.relation) + " under ACCESS EXCLUSIVE: reads and writes wait";
    finding.help = "do it before the table is filled, or make a new table and move the rows in batches";
    finding.subject = subject_of(work.relation, "copy");
    report(view, reporter, Hazard::heavy_command, work.relation, std::move(finding));
  });
}

}  // namespace of_table_rewrite_on_logged_change

constexpr Rule table_rewrite_on_logged_change{
    .info = {.code = "ML122",
             .name = "table-rewrite-on-logged-change",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A table is copied by SET LOGGED or UNLOGGED.",
             .effect = "The copy runs under ACCESS EXCLUSIVE, so every query on the table waits until it is "
                       "done.",
             .instead = "Do it before the table is filled, or make a new table and move the rows in batches.",
             .silent_when = "Nothing changes by it, the table is partitioned (only its catalogue entry changes), "
                            "or it is new.",
             .equivalents = "pgsafe:set-logged-unlogged pgfence:set-logged-unlogged"},
    .on_statement = of_table_rewrite_on_logged_change::check,
};

}  // namespace mlint::rules
