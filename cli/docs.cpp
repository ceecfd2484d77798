#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/rule_page.h"
#include "rules/registry.h"

namespace mlint::cli {
namespace {

std::string index_page() {
  std::string text =
      "# Rules\n\nEach page shows what mlint says about its example, the locks and the work of that very statement, "
      "and the "
      "steps that do it safely. The examples stand behind a small schema, `fixtures/rules/context`; the "
      "steps are run on PostgreSQL by `tests/recipes`.\n\n| code | rule | default | group | sees "
      "|\n|---|---|---|---|---|\n";
  for (const Rule* rule : rules::all()) {
    const RuleInfo& info = rule->info;
    text += "| " + std::string(info.code) + " | [" + std::string(info.name) + "](" + std::string(info.name) +
            ".md) | " + std::string(info.enabled ? name_of(info.severity) : "off") + " | " +
            std::string(name_of(info.group)) + " | " + std::string(info.summary) + " |\n";
  }
  return text;
}

constexpr std::string_view readme_begin = "<!-- rules: written by `mlint docs` -->\n";
constexpr std::string_view readme_end = "<!-- end of rules -->\n";

// The README's table: a row a group, in the order in which rules.def first names them.
std::string readme_table() {
  std::vector<std::pair<RuleGroup, std::string>> rows;
  for (const Rule* rule : rules::all()) {
    const RuleInfo& info = rule->info;
    const std::string link = "[" + std::string(info.name) + "](docs/rules/" + std::string(info.name) + ".md)";
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& each) { return each.first == info.group; });
    if (row != rows.end())
      row->second += ", " + link;
    else
      rows.emplace_back(info.group, link);
  }
  std::string text = "| group | rules |\n|---|---|\n";
  for (const auto& [group, links] : rows) {
    const bool off = group == RuleGroup::policy || group == RuleGroup::style;
    text += "| " + std::string(name_of(group)) + (off ? " (off by default)" : "") + " | " + links + " |\n";
  }
  return text;
}

// `readme` with today's table between the two marks; as it is where it has no marks.
std::string with_table(const std::string& readme) {
  const std::size_t begin = readme.find(readme_begin);
  const std::size_t end = readme.find(readme_end);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return readme;
  return readme.substr(0, begin + readme_begin.size()) + readme_table() + readme.substr(end);
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace

int run(const DocsOptions& options) {
  const std::filesystem::path directory = std::filesystem::path(options.directory) / "docs" / "rules";
  std::map<std::string, std::string> pages{{"README.md", index_page()}};
  for (const Rule* rule : rules::all()) pages[std::string(rule->info.name) + ".md"] = rule_markdown(rule->info);
  std::map<std::filesystem::path, std::string> files;
  for (const auto& [name, text] : pages) files[directory / name] = text;
  const std::filesystem::path readme = std::filesystem::path(options.directory) / "README.md";
  if (std::filesystem::exists(readme)) files[readme] = with_table(read(readme));
  std::error_code error;
  if (!options.check) std::filesystem::create_directories(directory, error);
  bool stale = false;
  for (const auto& [path, text] : files) {
    if (read(path) == text) continue;
    if (options.check) {
      warn("`" + path.string() + "` is stale; `mlint docs` writes it");
      stale = true;
    } else if (!deliver({"markdown", path.string()}, text)) {
      return exit_trouble;
    }
  }
  // A page of a rule that is gone.
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".md") || pages.contains(name)) continue;
    if (options.check) {
      warn("`" + entry.path().string() + "` belongs to no rule");
      stale = true;
    } else {
      std::filesystem::remove(entry.path(), error);
    }
  }
  return stale ? exit_findings : exit_clean;
}

}  // namespace mlint::cli
