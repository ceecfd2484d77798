#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

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

// Migrations and what comes after each of them in its own app: a merge migration is one of the app, and the whole graph
// is large. Asked for few migrations of an app, but for those in every pair.
class Descendants {
 public:
  explicit Descendants(const django::Graph* graph) : graph_(graph) {}

  // Made on two branches that a later migration joins: the number stays what `makemigrations --merge` left.
  bool are_joined(const django::MigrationKey& a, const django::MigrationKey& b) {
    if (graph_ == nullptr) return false;
    const Names &of_a = of(a), &of_b = of(b);
    if (of_a.contains(b.name) || of_b.contains(a.name)) return false;
    return std::any_of(of_a.begin(), of_a.end(), [&](std::string_view name) { return of_b.contains(name); });
  }

 private:
  using Names = std::unordered_set<std::string_view>;

  const Names& of(const django::MigrationKey& from) {
    const auto [known, is_new] = known_.try_emplace(&from);
    Names& names = known->second;
    std::vector<const django::MigrationKey*> open;
    if (is_new) open.push_back(&from);
    while (!open.empty()) {
      const django::MigrationKey& next = *open.back();
      open.pop_back();
      if (!names.insert(next.name).second) continue;
      const auto children = graph_->children.find(next);
      if (children == graph_->children.end()) continue;
      for (const django::MigrationKey& child : children->second)
        if (child.app == from.app && !names.contains(child.name)) open.push_back(&child);
    }
    return names;
  }

  const django::Graph* graph_;
  std::unordered_map<const django::MigrationKey*, Names> known_;
};

static bool has_a_rival(Descendants& descendants, const django::Migration& one,
                        const std::vector<const django::Migration*>& same) {
  return std::any_of(same.begin(), same.end(), [&](const django::Migration* other) {
    return other != &one && !descendants.are_joined(one.key, other->key);
  });
}

static void check(const ProjectView& view, Reporter& reporter) {
  std::map<std::pair<std::string, std::string>, std::vector<const django::Migration*>> numbers;
  for (const django::Migration& migration : view.migrations) {
    const std::string number = number_of(migration.key.name);
    if (!number.empty() && !is_squash(migration)) numbers[{migration.key.app, number}].push_back(&migration);
  }
  for (auto& [key, same] : numbers) {
    if (same.size() < 2) continue;
    const std::vector<const django::Migration*> all = same;
    Descendants descendants(view.graph);
    std::erase_if(same, [&](const django::Migration* one) { return !has_a_rival(descendants, *one, all); });
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
             .silent_when =
                 "Numbers are unique in the app; a squash may share one, and so may migrations of two branches that "
                 "a merge migration joins."},
    .on_project = of_duplicate_migration_number::check,
};

}  // namespace mlint::rules
