#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_rewrite_on_volatile_default {

static Recipe recipe(const StatementView& view, const Work& work) {
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation))
    if (add->column.name == work.object)
      return default_then_fill(sql_name(work.relation), add->column, view.before.find(work.relation));
  return {};
}

static void check(const StatementView& view, Reporter& reporter) {
  each_work(view.statement.effects, Cause::volatile_default, [&](const Work& work) {
    if (work.kind != WorkKind::rewrite || work.fact == "add_column_serial") return;
    Finding finding;
    finding.message = "the volatile default of a new column" +
                      (work.object.empty() ? std::string() : " " + ticked(work.object)) + " rewrites " +
                      ticked(work.relation) + " under ACCESS EXCLUSIVE: reads and writes wait";
    if (work.assumed)
      finding.notes.push_back("this rests on an assumption: " + listed(view.statement.effects.assumptions));
    finding.help =
        with_steps("add the column without the default, give the default to new rows, and fill the old ones in batches",
                   recipe(view, work), view.operation);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::rewrite, work.relation, std::move(finding));
  });
}

}  // namespace of_table_rewrite_on_volatile_default

constexpr Rule table_rewrite_on_volatile_default{
    .info = {.code = "ML112",
             .name = "table-rewrite-on-volatile-default",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A column is added with a default that differs from row to row.",
             .effect = "The default must be computed for each row, so the whole table is copied under "
                       "ACCESS EXCLUSIVE, and every query on it waits.",
             .instead = "Add the column without a default, SET DEFAULT for new rows, and fill the old ones in "
                        "batches.",
             .silent_when = "The default is constant or stable (now(), CURRENT_DATE), which PostgreSQL stores "
                            "once.",
             .equivalents = "squawk:adding-field-with-default pgsafe:add-column-volatile-default "
                            "pgfence:add-column-non-constant-default atlas:PG302 "
                            "strong_migrations:add_column_default "
                            "strong_migrations:add_column_default_callable "
                            "online_migrations:add_column_with_default "
                            "online_migrations:add_timestamps_with_default"},
    .on_statement = of_table_rewrite_on_volatile_default::check,
};

}  // namespace mlint::rules
