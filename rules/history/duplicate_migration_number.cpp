#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "rules/history/graph_problem.h"
#include "rules/history/numbering.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_duplicate_migration_number {

static std::string number_of(const std::string& name) {
  const std::size_t end = name.find_first_not_of("0123456789");
  return end == std::string::npos || end < 3 ? std::string() : name.substr(0, end);
}

// What a squash stands for goes with it, and what comes after it may begin to count anew.
static bool is_of_squash(const ProjectView& view, const django::Migration& migration) {
  if (!migration.replaces.empty()) return true;
  if (view.graph == nullptr) return false;
  const auto& replaced = view.graph->replaced;
  return std::find(replaced.begin(), replaced.end(), migration.key) != replaced.end();
}

// 0011_a_add_rating, 0011b_fill_rating, 0011_1_add_rating: the part of a step that was made in parts; empty: none.
static std::string part_of(const std::string& name, const std::string& number) {
  std::string rest = name.substr(number.size());
  if (rest.starts_with("_")) rest.erase(0, 1);
  const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '1' && c <= '9'); };
  return rest.size() > 1 && is_part(rest[0]) && rest[1] == '_' ? rest.substr(0, 1) : std::string();
}

static bool are_parts(const std::vector<const django::Migration*>& same, const std::string& number) {
  std::set<std::string> parts;
  for (const django::Migration* one : same) parts.insert(part_of(one->key.name, number));
  return parts.size() == same.size() && !parts.contains("");
}

// The migrations of one app, by number, and which of them come directly after each: a merge migration is one of the
// app, and the whole graph is large.
class AppMigrations {
 public:
  AppMigrations(const django::Graph& graph, const std::string& app) {
    for (auto at = graph.nodes.lower_bound({app, ""}); at != graph.nodes.end() && at->first.app == app; ++at)
      keys_.push_back(&at->first);
    children_.resize(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto children = graph.children.find(*keys_[i]);
      if (children == graph.children.end()) continue;
      for (const django::MigrationKey& child : children->second)
        if (const auto number = number_of(child)) children_[i].push_back(*number);
    }
  }

  // Made on two branches that a later migration joins: the number stays what `makemigrations --merge` left.
  bool are_joined(const django::MigrationKey& a, const django::MigrationKey& b) const {
    const auto one = number_of(a), other = number_of(b);
    if (!one || !other) return false;
    const std::vector<bool> of_one = descendants(*one), of_other = descendants(*other);
    if (of_one[*other] || of_other[*one]) return false;
    for (std::size_t i = 0; i < keys_.size(); ++i)
      if (of_one[i] && of_other[i]) return true;
    return false;
  }

 private:
  std::optional<std::size_t> number_of(const django::MigrationKey& key) const {
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key,
                                     [](const django::MigrationKey* it, const auto& wanted) { return *it < wanted; });
    if (at == keys_.end() || **at != key) return std::nullopt;
    return static_cast<std::size_t>(at - keys_.begin());
  }

  std::vector<bool> descendants(std::size_t from) const {
    std::vector<bool> seen(keys_.size());
    std::vector<std::size_t> open{from};
    while (!open.empty()) {
      const std::size_t next = open.back();
      open.pop_back();
      if (seen[next]) continue;
      seen[next] = true;
      open.insert(open.end(), children_[next].begin(), children_[next].end());
    }
    return seen;
  }

  std::vector<const django::MigrationKey*> keys_;  // sorted
  std::vector<std::vector<std::size_t>> children_;
};

static bool has_a_rival(const std::optional<AppMigrations>& app, const django::Migration& one,
                        const std::vector<const django::Migration*>& same) {
  return std::any_of(same.begin(), same.end(), [&](const django::Migration* other) {
    return other != &one && (!app || !app->are_joined(one.key, other->key));
  });
}

static void check(const ProjectView& view, Reporter& reporter) {
  std::map<std::pair<std::string, std::string>, std::vector<const django::Migration*>> numbers;
  for (const django::Migration& migration : view.migrations) {
    const std::string number = number_of(migration.key.name);
    if (!number.empty() && !is_of_squash(view, migration)) numbers[{migration.key.app, number}].push_back(&migration);
  }
  std::optional<AppMigrations> app;  // of the name
  std::string named;
  for (auto& [key, same] : numbers) {
    if (same.size() < 2 || are_parts(same, key.second)) continue;
    if (numbers_are_of_tickets(view, key.first)) continue;
    const std::vector<const django::Migration*> all = same;
    if (view.graph && (!app || named != key.first)) app.emplace(*view.graph, named = key.first);
    std::erase_if(same, [&](const django::Migration* one) { return !has_a_rival(app, *one, all); });
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
    .info =
        {.code = "ML011",
         .name = "duplicate-migration-number",
         .group = RuleGroup::history,
         .severity = Severity::warning,
         .summary = "Two migrations of an app have the same number.",
         .effect = "The order that people read from the names is not the order in which Django runs them.",
         .instead = "Renumber the one that is not merged yet.",
         .silent_when =
             "Numbers are unique in the app; a squash and what it replaces may share one, and so may migrations of two "
             "branches that a merge migration joins, and the parts of one step, told apart by a letter or "
             "a digit (`0011_a_…`, `0011_2_…`), and an app whose numbers are those of tickets."},
    .on_project = of_duplicate_migration_number::check,
};

}  // namespace mlint::rules
