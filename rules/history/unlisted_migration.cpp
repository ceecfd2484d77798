#include <algorithm>

#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_unlisted_migration {

// Apps of which the list has nothing are not installed there, and what a squash stands for does not run any more.
static void check(const ProjectView& view, Reporter& reporter) {
  if (view.applied == nullptr) return;
  const std::vector<history::Listed>& listed = view.applied->listed;
  for (const django::Migration& migration : view.migrations) {
    const auto of_app = [&](const history::Listed& one) { return one.key.app == migration.key.app; };
    const auto itself = [&](const history::Listed& one) { return one.key == migration.key; };
    const auto replaced = [&](const django::MigrationKey& key) {
      return std::any_of(listed.begin(), listed.end(), [&](const history::Listed& one) { return one.key == key; });
    };
    const auto itself_replaced = [&](const django::Graph& graph) {
      return std::find(graph.replaced.begin(), graph.replaced.end(), migration.key) != graph.replaced.end();
    };
    if (view.graph != nullptr && itself_replaced(*view.graph)) continue;
    if (std::none_of(listed.begin(), listed.end(), of_app) || std::any_of(listed.begin(), listed.end(), itself))
      continue;
    if (std::any_of(migration.replaces.begin(), migration.replaces.end(), replaced)) continue;
    Finding finding = finding_about(
        migration, ticked(migration.key) + " does not stand in the saved list: the database has not heard of it");
    finding.help = "save the list again behind a deploy of this code, if it should be there";
    reporter.add(std::move(finding));
  }
}

}  // namespace of_unlisted_migration

constexpr Rule unlisted_migration{
    .info = {.code = "ML026",
             .name = "unlisted-migration",
             .group = RuleGroup::history,
             .severity = Severity::info,
             .summary = "A migration has a file and does not stand in the saved `showmigrations`.",
             .effect = "The list was saved before the migration was written, or where other code runs.",
             .instead = "Save the list where this code is deployed.",
             .silent_when = "No list is given, nothing of the app stands in it, or it names what the migration "
                            "replaces, or a squash stands in its place."},
    .on_project = of_unlisted_migration::check,
};

}  // namespace mlint::rules
