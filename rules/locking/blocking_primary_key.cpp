#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_primary_key {

static void check(const StatementView& view, Reporter& reporter) {
  each_work(view.statement.effects, Cause::primary_key, [&](const Work& work) {
    if (work.kind != WorkKind::index_build) return;
    Finding finding;
    finding.message = "adding a primary key to " + ticked(work.relation) +
                      " builds its index under ACCESS EXCLUSIVE: reads and writes wait";
    Recipe recipe;
    for (const auto* add : actions<alter::AddConstraint>(view.statement.operation)) {
      Constraint key = add->constraint;
      if (key.name.empty()) key.name = work.object;
      if (key.kind == Constraint::Kind::primary_key && !is_partitioned(view.before, work.relation))
        recipe = primary_key_by_index(sql_name(work.relation), key, view.before.find(work.relation));
    }
    finding.help = with_steps("make the columns NOT NULL, build the unique index concurrently " +
                                  outside_transaction(view.migration) + ", then make it the primary key",
                              recipe, view.operation);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::unique_build, work.relation, std::move(finding));
  });
}

}  // namespace of_blocking_primary_key

constexpr Rule blocking_primary_key{
    .info = {.code = "ML104",
             .name = "blocking-primary-key",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A primary key builds its index while it is added.",
             .effect = "The index is built under ACCESS EXCLUSIVE, so every query on the table waits until it "
                       "is done.",
             .instead = "Build a unique index with CONCURRENTLY on columns that are NOT NULL, then ADD PRIMARY "
                        "KEY USING INDEX.",
             .silent_when = "The key takes an existing index (USING INDEX), or the table is new.",
             .equivalents = "squawk:adding-serial-primary-key-field atlas:PG104 pgfence:add-pk-without-using-index "
                            "pgsafe:add-primary-key-without-index"},
    .on_statement = of_blocking_primary_key::check,
};

}  // namespace mlint::rules
