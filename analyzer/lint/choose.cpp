#include "analyzer/lint/choose.h"

#include <set>

#include "analyzer/lint/suppression.h"

namespace mlint {

std::optional<Severity> severity_named(std::string_view name) {
  if (name == "error") return Severity::error;
  if (name == "warning" || name == "warn") return Severity::warning;
  if (name == "info") return Severity::info;
  if (name == "off" || name == "never" || name == "none") return Severity::off;
  return std::nullopt;
}

Result<std::vector<ChosenRule>> choose_rules(std::span<const Rule* const> rules, const RuleChoice& choice) {
  const RuleNames names(rules);
  std::set<const Rule*> enabled;
  std::map<const Rule*, Severity> levels;
  const auto each = [&](const std::string& name, const auto& visit) -> bool {
    const std::vector<const Rule*> found = names.select(name);
    for (const Rule* rule : found) visit(rule);
    return !found.empty();
  };
  const auto unknown = [&](const std::string& name) {
    const auto place = choice.places.find(name);
    return Error{(place == choice.places.end() ? "" : place->second + ": ") + names.unknown(name)};
  };
  if (choice.select.empty()) {
    for (const Rule* rule : rules) {
      if (rule->info.enabled) enabled.insert(rule);
    }
  }
  for (const std::string& name : choice.select) {
    if (!each(name, [&](const Rule* rule) { enabled.insert(rule); })) return unknown(name);
  }
  for (const auto& [name, level] : choice.levels) {
    const bool known = each(name, [&, set = level](const Rule* rule) {
      levels[rule] = set;
      // Giving a level to a rule that is off by default switches it on; a selection says all that is on.
      if (choice.select.empty() && set != Severity::off) enabled.insert(rule);
    });
    if (!known) return unknown(name);
  }
  for (const std::string& name : choice.ignore) {
    if (!each(name, [&](const Rule* rule) { enabled.erase(rule); })) return unknown(name);
  }
  std::vector<ChosenRule> chosen;
  for (const Rule* rule : rules) {
    if (!enabled.contains(rule)) continue;
    const auto level = levels.find(rule);
    if (level == levels.end()) {
      chosen.push_back({rule, std::nullopt});
    } else if (level->second != Severity::off) {
      chosen.push_back({rule, level->second});
    }
  }
  return chosen;
}

}  // namespace mlint
