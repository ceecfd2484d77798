#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/rule_page.h"
#include "rules/registry.h"

namespace mlint::cli {

nlohmann::ordered_json rule_json(const RuleInfo& rule) {
  nlohmann::ordered_json json = {{"code", rule.code},
                                 {"name", rule.name},
                                 {"group", name_of(rule.group)},
                                 {"severity", name_of(rule.severity)},
                                 {"enabled", rule.enabled},
                                 {"fixable", rule.fixable != Fixable::never},
                                 {"since", rule.since},
                                 {"summary", rule.summary},
                                 {"effect", rule.effect},
                                 {"instead", rule.instead},
                                 {"equivalents", words_of(rule.equivalents)}};
  if (!rule.silent_when.empty()) json["silent_when"] = rule.silent_when;
  if (!rule.postgresql.empty()) json["postgresql"] = rule.postgresql;
  if (!rule.django.empty()) json["django"] = rule.django;
  return json;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

int run(const RulesOptions& options) {
  Output target;
  const std::string format = one_format(options.outputs, {"text", "json"}, target);
  if (format.empty()) return exit_trouble;
  std::string text;
  nlohmann::ordered_json json = {{"version", 1}, {"rules", nlohmann::ordered_json::array()}};
  std::size_t widest = 0;
  for (const Rule* rule : rules::all()) widest = std::max(widest, rule->info.name.size());
  for (const Rule* rule : rules::all()) {
    if (options.enabled && !rule->info.enabled) continue;
    json["rules"].push_back(rule_json(rule->info));
    text += fmt::format("{}  {:{}}  {:8} {:13} {}\n", rule->info.code, rule->info.name, widest,
                        rule->info.enabled ? name_of(rule->info.severity) : "off", name_of(rule->info.group),
                        rule->info.summary);
  }
  return deliver(target, format == "json" ? json.dump(2) + "\n" : text) ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
