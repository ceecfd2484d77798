#include "cli/example.h"

#include <algorithm>
#include <optional>
#include <regex>

#include "analyzer/discover/workspace.h"
#include "analyzer/lint/choose.h"
#include "analyzer/lint/load.h"
#include "analyzer/lint/run.h"
#include "rules/registry.h"

namespace mlint::cli {
namespace {

using Files = std::map<std::string, std::string>;

std::string without_markers(std::string_view text) {
  static const std::regex tail(R"(\s+(?:#|--) (?:error|warning|info)\[ML\d+\]: [^\n]*)");
  return std::regex_replace(std::string(text), tail, "");
}

bool is_python(std::string_view path) { return path.ends_with(".py"); }

// The entries of bad/ or good/: a file of its own, or a folder that is a project.
std::map<std::string, Files> entries(const std::string& folder) {
  std::map<std::string, Files> found;
  const auto& all = example_files();
  for (auto at = all.lower_bound(folder); at != all.end() && at->first.starts_with(folder); ++at) {
    const std::string rest = at->first.substr(folder.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string::npos) {
      found[rest][""] = without_markers(at->second);
    } else if (!rest.ends_with("expected.txt")) {
      found[rest.substr(0, slash)][rest.substr(slash + 1)] = without_markers(at->second);
    }
  }
  return found;
}

bool of_language(const std::string& name, const Files& files, bool python) {
  if (files.contains("")) return is_python(name) == python;
  return std::any_of(files.begin(), files.end(), [](const auto& file) { return is_python(file.first); }) == python;
}

// minimal.*, else the first of that language.
std::optional<std::pair<std::string, Files>> chosen(const std::string& folder, bool python) {
  std::optional<std::pair<std::string, Files>> first;
  for (auto& [name, files] : entries(folder)) {
    if (!of_language(name, files, python)) continue;
    if (name.starts_with("minimal.")) return std::pair{name, files};
    if (!first) first = {name, files};
  }
  return first;
}

std::vector<ExampleFile> shown(const std::pair<std::string, Files>& entry) {
  std::vector<ExampleFile> files;
  for (const auto& [path, text] : entry.second) {
    if (text.find_first_not_of(" \n") == std::string::npos || text.find("What exists before every") < 10) continue;
    files.push_back({path, text, is_python(path.empty() ? entry.first : path)});
  }
  return files;
}

// As tests/fixture_test.cpp lays a one-file fixture out: the second migration behind the context.
Files project_of(const std::pair<std::string, Files>& entry) {
  const auto one = entry.second.find("");
  if (one == entry.second.end()) return entry.second;
  const auto context = [](const char* name) { return std::string(example_files().at(std::string("context/") + name)); };
  if (!is_python(entry.first))
    return {{"migrations/0001_schema.sql", context("0001_schema.sql")}, {"migrations/0002_change.sql", one->second}};
  return {{"app/__init__.py", ""},
          {"app/migrations/__init__.py", ""},
          {"app/migrations/0001_initial.py", context("0001_initial.py")},
          {"app/migrations/0002_change.py", one->second}};
}

std::optional<Diagnostic> judged(const Files& project, const RuleInfo& info, int postgresql,
                                 std::optional<django::Version> django) {
  Files files;
  for (const auto& [path, text] : project) files["/example/" + path] = text;
  const auto below = disk();
  const auto over = overlay(*below, files);
  DiscoverOptions where;
  where.paths = {"/example"};
  const Result<Workspace> workspace = discover(*over, where);
  if (!workspace) return std::nullopt;
  const Loaded loaded = load(*over, *workspace, LoadOptions{1, {}});
  RunOptions options;
  options.pg_version = postgresql;
  options.django_version = django;
  for (const Rule* rule : rules::all())
    if (rule->info.code == info.code) options.rules.push_back({rule, std::nullopt});
  options.known_rules = rules::all();
  options.history.resize(workspace->projects.size(), nullptr);
  const Report report = run_rules(*workspace, loaded, options);
  std::optional<Diagnostic> first;
  for (const Diagnostic& diagnostic : report.findings) {
    if (diagnostic.rule->code != info.code) continue;
    const auto file = static_cast<std::size_t>(diagnostic.finding.location.file);
    // Not what is said about the context of a one-file fixture.
    if (file < loaded.sources.size() && loaded.sources[file].path().find("0002_change.") != std::string::npos)
      return diagnostic;
    if (!first) first = diagnostic;
  }
  return first;
}

// What help says on each version, neighbours with the same words joined.
template <class Version, class Ask>
std::vector<Recipe> by_version(const std::string& product, const std::vector<std::pair<std::string, Version>>& versions,
                               Ask ask) {
  struct Range {
    std::string from, to, help;
  };
  std::vector<Range> ranges;
  for (const auto& [name, version] : versions) {
    const std::optional<Diagnostic> said = ask(version);
    if (!said || said->finding.help.empty()) continue;
    if (!ranges.empty() && ranges.back().help == said->finding.help) {
      ranges.back().to = name;
    } else {
      ranges.push_back({name, name, said->finding.help});
    }
  }
  std::vector<Recipe> recipes;
  for (const Range& range : ranges) {
    std::string label = product + " " + range.from + (range.from == range.to ? "" : " to " + range.to);
    recipes.push_back({ranges.size() == 1 ? "" : std::move(label), range.help});
  }
  return recipes;
}

std::optional<Example> example(const RuleInfo& rule, bool python) {
  const std::string folder = std::string(rule.code) + "-" + std::string(rule.name);
  const auto bad = chosen(folder + "/bad/", python), good = chosen(folder + "/good/", python);
  if (!bad) return std::nullopt;
  Example result;
  result.python = python;
  result.bad = shown(*bad);
  if (good) result.good = shown(*good);
  const Files project = project_of(*bad);
  const std::optional<Diagnostic> said = judged(project, rule, 15, std::nullopt);
  if (!said) return result;
  result.severity = name_of(said->severity);
  result.message = said->finding.message;
  result.held = said->finding.held;
  result.locks = said->finding.locks;
  result.work = said->finding.work_details;
  if (python) {
    result.recipes =
        by_version<django::Version>("Django", {{"3.2", {3, 2, 0}}, {"4.2", {4, 2, 0}}, {"5.2", {5, 2, 0}}},
                                    [&](const django::Version& version) { return judged(project, rule, 15, version); });
  } else {
    std::vector<std::pair<std::string, int>> versions;
    for (int version = 12; version <= 19; ++version) versions.emplace_back(std::to_string(version), version);
    result.recipes = by_version<int>("PostgreSQL", versions,
                                     [&](int version) { return judged(project, rule, version, std::nullopt); });
  }
  return result;
}

}  // namespace

std::vector<Example> examples_of(const RuleInfo& rule) {
  std::vector<Example> examples;
  for (const bool python : {false, true})
    if (std::optional<Example> one = example(rule, python)) examples.push_back(std::move(*one));
  return examples;
}

}  // namespace mlint::cli
