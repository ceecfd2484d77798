#include <set>

#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_out_of_order_migration {

// The first applied migration that comes after `key`; null: none.
static const django::MigrationKey* applied_after(const django::Graph& graph, const django::MigrationKey& key,
                                                 const std::set<django::MigrationKey>& applied) {
  std::set<django::MigrationKey> seen;
  std::vector<django::MigrationKey> open{key};
  while (!open.empty()) {
    const django::MigrationKey at = open.back();
    open.pop_back();
    if (!seen.insert(at).second) continue;
    if (const auto found = applied.find(at); found != applied.end()) return &*found;
    if (const auto children = graph.children.find(at); children != graph.children.end())
      open.insert(open.end(), children->second.begin(), children->second.end());
  }
  return nullptr;
}

static void check(const ProjectView& view, Reporter& reporter) {
  if (view.applied == nullptr || view.graph == nullptr) return;
  const std::set<django::MigrationKey> applied = view.applied->applied();
  for (const django::Migration& migration : view.migrations) {
    if (applied.contains(migration.key) || !view.graph->nodes.contains(migration.key)) continue;
    const django::MigrationKey* later = applied_after(*view.graph, migration.key, applied);
    if (later == nullptr) continue;
    Finding finding = finding_about(migration, ticked(migration.key) + " is pending, and " + ticked(*later) +
                                                   ", which depends on it, is applied already");
    finding.help = "`migrate` stops with InconsistentMigrationHistory: let it depend on what is applied";
    reporter.add(std::move(finding));
  }
}

}  // namespace of_out_of_order_migration

constexpr Rule out_of_order_migration{
    .info = {.code = "ML019",
             .name = "out-of-order-migration",
             .group = RuleGroup::history,
             .severity = Severity::warning,
             .summary = "A pending migration comes before one that the database has applied.",
             .effect = "`migrate` stops with InconsistentMigrationHistory, and what the later one relied on is not "
                       "there.",
             .instead = "Let the new migration depend on the last one that is applied.",
             .silent_when = "No saved `showmigrations` says what is applied, or nothing behind it is."},
    .on_project = of_out_of_order_migration::check,
};

}  // namespace mlint::rules
