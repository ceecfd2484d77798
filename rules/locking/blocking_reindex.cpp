#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_reindex {

static Recipe recipe(const Reindex& reindex) {
  const bool index = reindex.target == Reindex::Target::index;
  if (!index && reindex.target != Reindex::Target::table) return {};
  return {{.sql = {std::string("REINDEX ") + (index ? "INDEX" : "TABLE") + " CONCURRENTLY " + sql_name(reindex.name)},
           .alone = true}};
}

static void check(const StatementView& view, Reporter& reporter) {
  const auto* reindex = view.statement.operation.as<Reindex>();
  if (reindex == nullptr || reindex->concurrently) return;
  QualifiedName table = reindex->name;
  for (const RelationLock& lock : view.statement.effects.locks) {
    if (lock.mode != LockMode::share) continue;
    if (lock.new_in_unit) return;
    table = lock.relation;
  }
  Finding finding;
  finding.message = "REINDEX " + (reindex->name.name.empty() ? std::string() : "of " + ticked(reindex->name) + " ") +
                    "blocks writes to " + (table.name.empty() ? "every table" : ticked(table)) +
                    ", and reads that would use an index being rebuilt";
  finding.help = reindex->target == Reindex::Target::system
                     ? "REINDEX SYSTEM has no concurrent form: take a maintenance window"
                     : with_steps("rebuild it concurrently, " + outside_transaction(view.migration), recipe(*reindex),
                                  view.operation);
  finding.subject = subject_of(table, "reindex");
  report(view, reporter, Hazard::heavy_command, table, std::move(finding));
}

}  // namespace of_blocking_reindex

constexpr Rule blocking_reindex{
    .info = {.code = "ML120",
             .name = "blocking-reindex",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "An index is rebuilt without CONCURRENTLY.",
             .effect = "Writes to the table wait for the rebuild, and so does every query that would plan "
                       "with the index.",
             .instead = "REINDEX … CONCURRENTLY outside a transaction.",
             .silent_when = "CONCURRENTLY is given.",
             .postgresql = "CONCURRENTLY from 12",
             .equivalents = "squawk:require-concurrent-reindex pgsafe:reindex-non-concurrent "
                            "pgfence:reindex-non-concurrent django-migration-linter:REINDEX"},
    .on_statement = of_blocking_reindex::check,
};

}  // namespace mlint::rules
