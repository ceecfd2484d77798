#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_copy_on_tablespace_change {

static void check(const StatementView& view, Reporter& reporter) {
  bool said = false;
  each_work(view.statement.effects, Cause::tablespace, [&](const Work& work) {
    if (said || (work.kind != WorkKind::rewrite && work.kind != WorkKind::file_copy)) return;
    said = true;
    const bool index = work.relation_kind == RelationKind::index;
    const Relation* table = index ? view.before.find_index_table(work.relation) : nullptr;
    if (table != nullptr && is_new(view.before, table->name)) return;
    Finding finding;
    finding.message = "SET TABLESPACE copies " + std::string(index ? "index " : "") + ticked(work.relation) +
                      " under ACCESS EXCLUSIVE: reads and writes" + (index ? " of its table" : "") + " wait";
    finding.help = index ? "REINDEX (CONCURRENTLY, TABLESPACE …) INDEX builds it in the new place while writers go on "
                           "(PostgreSQL 14)"
                         : "make a new table in the tablespace and move the rows in batches, or use pg_repack "
                           "--tablespace";
    finding.subject = subject_of(work.relation, "copy");
    report(view, reporter, Hazard::heavy_command, table != nullptr ? table->name : work.relation, std::move(finding));
  });
}

}  // namespace of_table_copy_on_tablespace_change

constexpr Rule table_copy_on_tablespace_change{
    .info = {.code = "ML123",
             .name = "table-copy-on-tablespace-change",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A table or an index is copied by SET TABLESPACE.",
             .effect = "The copy runs under ACCESS EXCLUSIVE, so every query on the table waits until it is "
                       "done.",
             .instead = "Make a new table in the tablespace and move the rows in batches, or use pg_repack "
                        "--tablespace; an index is built there by REINDEX (CONCURRENTLY, TABLESPACE …).",
             .silent_when = "Nothing changes by it, the table is partitioned (only its catalogue entry changes), "
                            "or it is new."},
    .on_statement = of_table_copy_on_tablespace_change::check,
};

}  // namespace mlint::rules
