#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_unique_constraint {

static std::string help(const StatementView& view, const Work& work) {
  if (is_partitioned(view.before, work.relation))
    return "on a partitioned table: ADD CONSTRAINT … UNIQUE to the parent ONLY, build a unique index concurrently on "
           "each partition, and attach each to the parent's index";
  // Of Django's operation all that it builds: the `_like` twin too.
  Recipe recipe = view.migration.language == Language::django ? concurrent_indexes(view.operation) : Recipe();
  if (recipe.empty()) recipe = unique_in_steps(view.statement);
  return with_steps("build the unique index concurrently " + outside_transaction(view.migration) +
                        ", then make it the constraint " + later_step(view.migration),
                    recipe, view.operation);
}

static void check(const StatementView& view, Reporter& reporter) {
  if (view.statement.operation.as<AlterTable>() == nullptr) return;
  bool said = false;
  each_work(view.statement.effects, Cause::unique, [&](const Work& work) {
    if (said || work.kind != WorkKind::index_build) return;
    said = true;
    Finding finding;
    finding.message = "adding a unique constraint to " + ticked(work.relation) +
                      " builds its index under ACCESS EXCLUSIVE: reads and writes wait";
    finding.help = help(view, work);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::unique_build, work.relation, std::move(finding));
  });
}

}  // namespace of_blocking_unique_constraint

constexpr Rule blocking_unique_constraint{
    .info = {.code = "ML102",
             .name = "blocking-unique-constraint",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A unique constraint builds its index while it is added.",
             .effect = "The index is built under ACCESS EXCLUSIVE, so every query on the table waits until it "
                       "is done.",
             .instead = "Build the unique index with CONCURRENTLY first, then ADD CONSTRAINT … UNIQUE USING "
                        "INDEX, which needs only a moment.",
             .silent_when = "The constraint takes an existing index (USING INDEX), or the table is new.",
             .equivalents = "squawk:disallowed-unique-constraint squawk:constraint-missing-not-valid "
                            "pgsafe:add-unique-constraint "
                            "pgfence:add-constraint-unique eugene:E7 atlas:PG105 "
                            "strong_migrations:add_unique_constraint online_migrations:add_unique_constraint "
                            "django-migration-linter:ADD_UNIQUE django-safe-migrations:SM009 "
                            "django-safe-migrations:SM011 django-safe-migrations:SM015 "
                            "django-safe-migrations:SM021"},
    .on_statement = of_blocking_unique_constraint::check,
};

}  // namespace mlint::rules
