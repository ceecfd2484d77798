#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/discover/workspace.h"
#include "analyzer/lint/choose.h"
#include "analyzer/lint/load.h"
#include "analyzer/lint/run.h"
#include "analyzer/report/report.h"
#include "rules/registry.h"

// A whole project from one text: a line "%% path" begins each file. Configuration, settings, apps, migrations, SQL,
// comments that suppress, and names that reports must escape all come from it. Every rule runs, every format is
// written.
namespace {

using namespace mlint;

class Nothing final : public FileSystem {
 public:
  Result<std::string> read(const std::string& path, std::size_t) const override { return absent(path); }
  Result<std::vector<Entry>> list(const std::string& directory) const override { return absent(directory); }
  bool exists(const std::string&) const override { return false; }
  std::optional<std::size_t> size(const std::string&) const override { return std::nullopt; }
  std::string real_path(const std::string& path) const override { return path; }

 private:
  static Error absent(const std::string& path) { return Error{"`" + path + "` does not exist"}; }
};

std::map<std::string, std::string> files_of(std::string_view text) {
  std::map<std::string, std::string> files;
  while (text.starts_with("%% ")) {
    const std::string_view head = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(head.size() + 1, text.size()));
    const std::size_t next = text.find("\n%% ");
    const std::string_view body = text.substr(0, next == std::string_view::npos ? next : next + 1);
    text.remove_prefix(body.size());
    const std::string_view path = head.substr(3);
    if (!path.empty() && path.find('\0') == std::string_view::npos) files["/project/" + std::string(path)] = body;
  }
  return files;
}

void write_all(const Report& report) {
  std::ostringstream json, sarif, gitlab, rest;
  write_json(json, report);
  write_sarif(sarif, report);
  write_gitlab(gitlab, report);
  for (const std::ostringstream* each : {&json, &sarif, &gitlab})
    static_cast<void>(nlohmann::json::parse(each->str()));  // throws
  write_text(rest, report, {.color = true, .verbose = 2});
  write_concise(rest, report, {});
  write_github(rest, report);
  write_junit(rest, report);
  write_checkstyle(rest, report);
  write_markdown(rest, report);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto files = files_of({reinterpret_cast<const char*>(data), size});
  if (files.empty()) return 0;
  const Nothing nothing;
  const std::unique_ptr<FileSystem> over = overlay(nothing, files);
  DiscoverOptions where;
  where.paths = {"/project"};
  const Result<Workspace> workspace = discover(*over, where);
  if (!workspace) return 0;
  const Loaded loaded = load(*over, *workspace, LoadOptions{1, {}});
  RunOptions options;
  RuleChoice every;
  every.select = {"all"};
  options.rules = *choose_rules(rules::all(), every);
  options.known_rules = rules::all();
  options.history.resize(workspace->projects.size(), nullptr);
  write_all(run_rules(*workspace, loaded, options));
  return 0;
}
