#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_rewrite_on_access_method {

static void check(const StatementView& view, Reporter& reporter) {
  bool said = false;
  each_work(view.statement.effects, Cause::access_method, [&](const Work& work) {
    if (said || (work.kind != WorkKind::rewrite && work.kind != WorkKind::file_copy)) return;
    said = true;
    Finding finding;
    finding.message =
        "SET ACCESS METHOD copies " + ticked(work.relation) + " under ACCESS EXCLUSIVE: reads and writes wait";
    finding.help = "make a new table with the access method and move the rows in batches";
    finding.subject = subject_of(work.relation, "copy");
    report(view, reporter, Hazard::heavy_command, work.relation, std::move(finding));
  });
}

}  // namespace of_table_rewrite_on_access_method

constexpr Rule table_rewrite_on_access_method{
    .info = {.code = "ML124",
             .name = "table-rewrite-on-access-method",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A table is copied by SET ACCESS METHOD.",
             .effect = "The copy runs under ACCESS EXCLUSIVE, so every query on the table waits until it is "
                       "done.",
             .instead = "Make a new table with the access method and move the rows in batches.",
             .silent_when = "Nothing changes by it, the table is partitioned (only its catalogue entry changes), "
                            "or it is new.",
             .postgresql = "15+",
             .equivalents = "pgsafe:set-access-method"},
    .on_statement = of_table_rewrite_on_access_method::check,
};

}  // namespace mlint::rules
