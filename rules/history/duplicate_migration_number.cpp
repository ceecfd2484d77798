#include <algorithm>
#include <map>

#include "rules/history/graph_problem.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_duplicate_migration_number {

static std::string number_of(const std::string& name) {
  const std::size_t end = name.find_first_not_of("0123456789");
  return end == std::string::npos || end < 3 ? std::string() : name.substr(0, end);
}

static bool is_squash(const django::Migration& migration) { return !migration.replaces.empty(); }

static void check(const ProjectView& view, Reporter& reporter) {
  std::map<std::pair<std::string, std::string>, std::vector<const django::Migration*>> numbers;
  for (const django::Migration& migration : view.migrations) {
    const std::string number = number_of(migration.key.name);
    if (!number.empty() && !is_squash(migration)) numbers[{migration.key.app, number}].push_back(&migration);
  }
  for (auto& [key, same] : numbers) {
    if (same.size() < 2) continue;
    std::sort(same.begin(), same.end(), [](const auto* a, const auto* b) { return a->key.name < b->key.name; });
    const django::Migration* chosen = same.back();
    for (const django::Migration* one : same)
      if (std::find(view.changed.begin(), view.changed.end(), one->key) != view.changed.end()) chosen = one;
    Finding finding = finding_about(*chosen, {});
    std::vector<std::string> names;
    for (const django::Migration* one : same) {
      names.push_back(ticked(one->key.name));
      if (one != chosen) finding.labels.push_back({one->class_location, {}, "has the same number"});
    }
    finding.message = "number " + key.second + " is used by " + listed(names) + " of " + ticked(key.first);
    finding.help = "renumber the migration that is not merged yet";
    reporter.add(std::move(finding));
  }
}

}  // namespace of_duplicate_migration_number

constexpr Rule duplicate_migration_number{
    .info = {.code = "ML011",
             .name = "duplicate-migration-number",
             .group = RuleGroup::history,
             .severity = Severity::warning,
             .summary = "Two migrations of an app have the same number.",
             .effect = "The order that people read from the names is not the order in which Django runs them.",
             .instead = "Renumber the one that is not merged yet.",
             .silent_when = "Numbers are unique in the app; a squash may share one."},
    .on_project = of_duplicate_migration_number::check,
};

}  // namespace mlint::rules
