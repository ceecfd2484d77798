#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>

#include "analyzer/effect/lock.h"
#include "analyzer/effect/lock_facts.h"
#include "analyzer/lint/suppression.h"
#include "cli/commands.h"
#include "cli/rule_page.h"
#include "rules/registry.h"

namespace mlint::cli {
namespace {

using Json = nlohmann::ordered_json;

// "ACCESS EXCLUSIVE", "access-exclusive", "AccessExclusiveLock".
std::optional<LockMode> lock_named(std::string_view what) {
  const auto letters = [](std::string_view text) {
    std::string result;
    for (const char c : text) {
      if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
        result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      }
    }
    return result.ends_with("LOCK") ? result.substr(0, result.size() - 4) : result;
  };
  for (const LockMode mode : all_lock_modes) {
    if (letters(name_of(mode)) == letters(what)) return mode;
  }
  return std::nullopt;
}

std::vector<std::string> conflicts_of(LockMode mode) {
  std::vector<std::string> names;
  for (const LockMode other : all_lock_modes) {
    if (conflicts(mode, other)) names.emplace_back(name_of(other));
  }
  return names;
}

struct Taker {
  std::string form, source;
  int from, to;

  std::string versions() const {
    return from <= 12 && to >= 19 ? std::string() : std::to_string(from) + (from == to ? "" : "-" + std::to_string(to));
  }
};

std::vector<Taker> takers_of(LockMode mode) {
  std::vector<Taker> takers;
  for (const ServerFact& fact : server_facts()) {
    if (fact.kind != FactKind::lock || fact.mode != mode) continue;
    Taker taker{std::string(fact.form), std::string(fact.source), fact.from, fact.to};
    const auto known =
        std::find_if(takers.begin(), takers.end(), [&](const Taker& other) { return other.form == taker.form; });
    if (known == takers.end()) {
      takers.push_back(std::move(taker));
    } else {
      known->from = std::min(known->from, taker.from);
      known->to = std::max(known->to, taker.to);
    }
  }
  return takers;
}

std::string lock_text(LockMode mode) {
  std::string text = std::string(name_of(mode)) + "\n";
  if (stops_readers(mode)) {
    text += "Reads and writes of the table wait, and it waits for every open transaction that used the table.\n";
  } else if (stops_writers(mode)) {
    text += "Writes to the table wait; reads go on.\n";
  } else {
    text += "Reads and writes go on.\n";
  }
  text += "\nConflicts with\n";
  for (const std::string& name : conflicts_of(mode)) text += "  " + name + "\n";
  text += "\nTaken by\n";
  for (const Taker& taker : takers_of(mode)) {
    text += "  " + taker.form + (taker.versions().empty() ? "" : "  (PostgreSQL " + taker.versions() + ")") + "\n";
  }
  return text;
}

Json lock_json(LockMode mode) {
  Json takers = Json::array();
  for (const Taker& taker : takers_of(mode)) {
    Json json = {{"statement", taker.form}, {"source", taker.source}};
    if (!taker.versions().empty()) json["postgresql"] = taker.versions();
    takers.push_back(std::move(json));
  }
  return {{"version", 1},
          {"lock",
           {{"mode", name_of(mode)},
            {"stops_readers", stops_readers(mode)},
            {"stops_writers", stops_writers(mode)},
            {"conflicts", conflicts_of(mode)},
            {"taken_by", std::move(takers)}}}};
}

std::string rules_in(const std::string& format, const std::vector<const Rule*>& found) {
  std::string text;
  Json json = {{"version", 1}, {"rules", Json::array()}};
  for (const Rule* rule : found) {
    json["rules"].push_back(rule_json(rule->info));
    if (!text.empty()) text += "\n";
    text += format == "markdown" ? rule_markdown(rule->info) : rule_text(rule->info);
  }
  return format == "json" ? json.dump(2) + "\n" : text;
}

}  // namespace

int run(const ExplainOptions& options) {
  Output target;
  const std::string format = one_format(options.outputs, {"text", "json", "markdown"}, target);
  if (format.empty()) return exit_trouble;
  if (const std::optional<LockMode> mode = lock_named(options.what)) {
    const std::string text = format == "json" ? lock_json(*mode).dump(2) + "\n" : lock_text(*mode);
    return deliver(target, text) ? exit_clean : exit_trouble;
  }
  const RuleNames names(rules::all());
  const std::vector<const Rule*> found = names.find(options.what);
  if (found.empty()) return trouble(names.unknown(options.what));
  return deliver(target, rules_in(format, found)) ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
