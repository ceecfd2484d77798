#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_copy_on_tablespace_change {

static void check(const StatementView& view, Reporter& reporter) {
  bool said = false;
  each_work(view.statement.effects, Cause::tablespace, [&](const Work& work) {
    if (said || (work.kind != WorkKind::rewrite && work.kind != WorkKind::file_copy)) return;
    said = true;
    Finding finding;
    finding.message =
        "SET TABLESPACE copies " + ticked(work.relation) + " under ACCESS EXCLUSIVE: reads and writes wait";
    finding.help = "make a new table in the tablespace and move the rows in batches, or use pg_repack --tablespace";
    finding.subject = subject_of(work.relation, "copy");
    report(view, reporter, Hazard::heavy_command, work.relation, std::move(finding));
  });
}

}  // namespace of_table_copy_on_tablespace_change

constexpr Rule table_copy_on_tablespace_change{
    .info = {.code = "ML123",
             .name = "table-copy-on-tablespace-change",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A table is copied by SET TABLESPACE.",
             .effect = "The copy runs under ACCESS EXCLUSIVE, so every query on the table waits until it is "
                       "done.",
             .instead = "Make a new table in the tablespace and move the rows in batches, or use pg_repack "
                        "--tablespace.",
             .silent_when = "Nothing changes by it, the table is partitioned (only its catalogue entry changes), "
                            "or it is new."},
    .on_statement = of_table_copy_on_tablespace_change::check,
};

}  // namespace mlint::rules
