#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/lint/rule.h"

// Which rules run and at which level, from defaults, configuration and command line.
namespace mlint {

struct ChosenRule {
  const Rule* rule = nullptr;
  std::optional<Severity> level;  // replaces whatever the rule says
};

struct RuleChoice {
  std::vector<std::string> select, ignore;
  std::vector<std::pair<std::string, Severity>> levels;  // later ones win
  std::map<std::string, std::string> places;             // of names in a configuration: "path:line:column"
};

// In the order of the registry. Errors: a name that no rule has.
Result<std::vector<ChosenRule>> choose_rules(std::span<const Rule* const> rules, const RuleChoice& choice);

// "error", "warning" ("warn"), "info", "off" ("never", "none"); nothing else.
std::optional<Severity> severity_named(std::string_view name);

}  // namespace mlint
