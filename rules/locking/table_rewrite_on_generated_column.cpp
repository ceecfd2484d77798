#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_rewrite_on_generated_column {

static Recipe recipe(const StatementView& view, const Work& work) {
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation))
    if (add->column.name == work.object)
      return trigger_then_fill(sql_name(work.relation), add->column, view.before.find(work.relation));
  return {};
}

static void check(const StatementView& view, Reporter& reporter) {
  each_work(view.statement.effects, Cause::generated_stored, [&](const Work& work) {
    if (work.kind != WorkKind::rewrite) return;
    Finding finding;
    finding.message = "the stored generated column" +
                      (work.object.empty() ? std::string() : " " + ticked(work.object)) + " rewrites " +
                      ticked(work.relation) + " under ACCESS EXCLUSIVE: reads and writes wait";
    if (work.assumed)
      finding.notes.push_back("this rests on an assumption: " + listed(view.statement.effects.assumptions));
    finding.help = with_steps(
        "use a plain column that a trigger keeps, filled in batches; from PostgreSQL 18 a VIRTUAL generated column "
        "needs no rewrite",
        recipe(view, work), view.operation);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::rewrite, work.relation, std::move(finding));
  });
}

}  // namespace of_table_rewrite_on_generated_column

constexpr Rule table_rewrite_on_generated_column{
    .info = {.code = "ML114",
             .name = "table-rewrite-on-generated-column",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A stored generated column is added to an existing table.",
             .effect = "A stored value must be computed for each row, so the whole table is copied under "
                       "ACCESS EXCLUSIVE, and every query on it waits.",
             .instead = "Add a plain column that a trigger fills, and fill old rows in batches; from "
                        "PostgreSQL 18 a VIRTUAL column costs nothing.",
             .silent_when = "The column is VIRTUAL (PostgreSQL 18), or the table is new.",
             .equivalents = "squawk:adding-field-with-default pgsafe:add-column-generated-stored "
                            "eugene:E11 strong_migrations:add_column_generated_stored "
                            "online_migrations:add_column_generated_stored django-safe-migrations:SM041 "
                            "pgfence:add-column-stored-generated"},
    .on_statement = of_table_rewrite_on_generated_column::check,
};

}  // namespace mlint::rules
