#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_rewrite_on_identity {

static Recipe recipe(const StatementView& view, const Work& work) {
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation))
    if (add->column.name == work.object)
      return sequence_then_fill(sql_name(work.relation), add->column, view.before.find(work.relation));
  return {};
}

static void check(const StatementView& view, Reporter& reporter) {
  const auto look = [&](const Work& work) {
    if (work.kind != WorkKind::rewrite || (work.cause != Cause::identity && work.fact != "add_column_serial")) return;
    Finding finding;
    finding.message = "the serial or identity of a new column" +
                      (work.object.empty() ? std::string() : " " + ticked(work.object)) + " rewrites " +
                      ticked(work.relation) + " under ACCESS EXCLUSIVE: reads and writes wait";
    if (work.assumed)
      finding.notes.push_back("this rests on an assumption: " + listed(view.statement.effects.assumptions));
    finding.help = with_steps("add a plain column, let new rows draw from a sequence, and fill the old ones in batches",
                              recipe(view, work), view.operation);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::rewrite, work.relation, std::move(finding));
  };
  each_work(view.statement.effects, Cause::identity, look);
  each_work(view.statement.effects, Cause::volatile_default, look);
}

}  // namespace of_table_rewrite_on_identity

constexpr Rule table_rewrite_on_identity{
    .info = {.code = "ML113",
             .name = "table-rewrite-on-identity",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A serial or identity column is added to an existing table.",
             .effect = "A number must be drawn for each row, so the whole table is copied under ACCESS "
                       "EXCLUSIVE, and every query on it waits.",
             .instead = "Add a plain column, fill it in batches, then attach a sequence.",
             .silent_when = "The table is new.",
             .equivalents = "pgsafe:add-column-serial pgsafe:add-column-identity pgfence:add-column-serial "
                            "eugene:E11 strong_migrations:add_column_auto_incrementing"},
    .on_statement = of_table_rewrite_on_identity::check,
};

}  // namespace mlint::rules
