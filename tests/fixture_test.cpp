#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "analyzer/discover/workspace.h"
#include "analyzer/lint/choose.h"
#include "analyzer/lint/load.h"
#include "analyzer/lint/run.h"
#include "rules/registry.h"
#include "tests/source_directory.h"

// Drives fixtures/rules/<code>-<name>/{bad,good}. A .sql or .py file is the second migration of a project whose first
// is the context; a folder is a project of its own. Markers at the end of a line, strict both ways:
//   DROP TABLE archive;  -- warning[ML202]: table `archive` is dropped | warning[ML303]: running code
// `-c ML101-blocking-index-build/bad/minimal.sql` runs one. MLINT_UPDATE=1 writes the markers of bad/; read the
// difference.
namespace {

using namespace mlint;
namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

const fs::path root = fs::path(mlint::source_directory()) / "fixtures" / "rules";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool is_project(const fs::path& entry) { return fs::is_directory(entry); }

// Where the text of a one-file fixture stands in its project.
std::string place_of(const fs::path& entry) {
  return entry.extension() == ".py" ? "app/migrations/0002_change.py" : "migrations/0002_change.sql";
}

const std::regex marker(R"((?:\s+(?:#|--)\s+)?(error|warning|info)\[(ML\d+)\]: ([^|\n]*?)\s*(?:\||$))");
const std::regex marked_tail(R"(\s+(?:#|--) (?:error|warning|info)\[ML\d+\]: .*$)");

std::string without_markers(const std::string& text) {
  std::istringstream in(text);
  std::string result;
  for (std::string line; std::getline(in, line);) result += std::regex_replace(line, marked_tail, "") + "\n";
  return result;
}

// Its files, by path in the project, with their markers.
Files files_of(const fs::path& entry) {
  Files files;
  if (is_project(entry)) {
    for (const auto& file : fs::recursive_directory_iterator(entry))
      if (file.is_regular_file()) files[fs::relative(file.path(), entry).generic_string()] = read(file.path());
    return files;
  }
  if (entry.extension() == ".py") {
    files["app/__init__.py"] = files["app/migrations/__init__.py"] = "";
    files["app/migrations/0001_initial.py"] = read(root / "context" / "0001_initial.py");
  } else {
    files["migrations/0001_schema.sql"] = read(root / "context" / "0001_schema.sql");
  }
  files[place_of(entry)] = read(entry);
  return files;
}

struct Said {
  std::string file;
  std::uint32_t line = 0;  // 0: no place
  std::string level, code, message;
};

struct Fixed {
  std::string file;
  Span replace;
  std::string with;
};

// Edits of its own rule, where they are asked for.
std::vector<Said> run(const Files& marked, const std::string& also, std::vector<Fixed>* edits = nullptr) {
  Files files;
  for (const auto& [path, text] : marked) files["/fixture/" + path] = without_markers(text);
  const auto below = disk();
  const auto over = overlay(*below, files);
  DiscoverOptions where;
  where.paths = {"/fixture"};
  const Result<Workspace> workspace = discover(*over, where);
  REQUIRE(workspace);
  const Loaded loaded = load(*over, *workspace, LoadOptions{1, {}});
  RunOptions options;
  RuleChoice choice;
  const Result<std::vector<ChosenRule>> chosen = choose_rules(rules::all(), choice);
  REQUIRE(chosen);
  options.rules = *chosen;
  for (const Rule* rule : rules::all())
    if (rule->info.code == also && !rule->info.enabled) options.rules.push_back({rule, std::nullopt});
  options.known_rules = rules::all();
  options.history.resize(workspace->projects.size(), nullptr);
  const Report report = run_rules(*workspace, loaded, options);
  std::vector<Said> said;
  for (const Diagnostic& diagnostic : report.findings) {
    Said one;
    const Location& location = diagnostic.finding.location;
    one.file = diagnostic.finding.path;
    if (location.file != FileId::none) {
      const SourceFile& source = loaded.sources[static_cast<std::size_t>(location.file)];
      one.file = source.path();
      one.line = source.position(location.span.begin).line;
    }
    // What rules that are off say about the context is nobody's business.
    if (one.file.ends_with("0001_schema.sql") || one.file.ends_with("0001_initial.py")) {
      if (!diagnostic.rule->enabled) continue;
    }
    if (edits != nullptr && diagnostic.finding.fix && diagnostic.rule->code == also)
      for (const Edit& edit : diagnostic.finding.fix->edits) edits->push_back({one.file, edit.replace.span, edit.with});
    one.level = name_of(diagnostic.severity);
    one.code = diagnostic.rule->code;
    one.message = diagnostic.finding.message;
    said.push_back(std::move(one));
  }
  return said;
}

std::vector<Said> expected_of(const Files& files) {
  std::vector<Said> expected;
  for (const auto& [path, text] : files) {
    std::istringstream in(text);
    std::uint32_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      for (std::sregex_iterator at(line.begin(), line.end(), marker), end; at != end; ++at)
        expected.push_back({path, path == "expected.txt" ? 0 : number, (*at)[1], (*at)[2], (*at)[3]});
    }
  }
  return expected;
}

bool meets(const Said& expected, const Said& said) {
  if (expected.level != said.level || expected.code != said.code) return false;
  if (said.message.rfind(expected.message, 0) != 0) return false;
  if (expected.line == 0) return said.line == 0;
  return expected.line == said.line && expected.file == said.file;
}

std::string in_words(const Said& said) {
  return said.file + ":" + std::to_string(said.line) + ": " + said.level + "[" + said.code + "]: " + said.message;
}

std::string comment_sign(const std::string& path) { return path.ends_with(".sql") ? "--" : "#"; }

void update(const fs::path& entry, const std::vector<Said>& said) {
  for (const auto& [path, text] : files_of(entry)) {
    if (path == "expected.txt") continue;
    const fs::path target = is_project(entry) ? entry / path : entry;
    if (!is_project(entry) && path != place_of(entry)) continue;
    std::istringstream in(without_markers(text));
    std::string result;
    std::uint32_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      std::string tail;
      for (const Said& one : said)
        if (one.file == path && one.line == number)
          tail += (tail.empty() ? "" : " | ") + one.level + "[" + one.code + "]: " + one.message;
      result += line + (tail.empty() ? "" : "  " + comment_sign(path) + " " + tail) + "\n";
    }
    std::ofstream(target, std::ios::binary) << result;
  }
  std::string nowhere;
  for (const Said& one : said)
    if (one.line == 0) nowhere += one.level + "[" + one.code + "]: " + one.message + "\n";
  if (is_project(entry) && !nowhere.empty()) std::ofstream(entry / "expected.txt", std::ios::binary) << nowhere;
}

bool is_about_project(const std::string& code) { return code == "ML136"; }

void check_bad(const fs::path& entry, const std::string& code) {
  Files files = files_of(entry);
  const std::vector<Said> expected = expected_of(files);
  files.erase("expected.txt");
  std::vector<Said> said = run(files, code);
  if (std::getenv("MLINT_UPDATE") != nullptr) return update(entry, said);
  bool own = false;
  for (const Said& one : expected) {
    own = own || one.code == code;
    const auto found = std::find_if(said.begin(), said.end(), [&](const Said& s) { return meets(one, s); });
    INFO("not said: " << in_words(one));
    CHECK(found != said.end());
    if (found != said.end()) said.erase(found);
  }
  for (const Said& one : said) {
    INFO("not marked: " << in_words(one));
    CHECK(is_about_project(one.code));
  }
  INFO("its own rule is not marked");
  CHECK(own);
}

void check_good(const fs::path& entry, const std::string& code) {
  for (const Said& one : run(files_of(entry), code)) {
    INFO("said: " << in_words(one));
    CHECK((one.level == "info" && one.code != code));
  }
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

struct Fixture {
  std::string name;  // its path below fixtures/rules: what -c takes
  std::string code;
};

std::vector<Fixture> fixtures(const std::vector<std::string>& kinds) {
  std::vector<Fixture> found;
  for (const Rule* rule : rules::all()) {
    const std::string code(rule->info.code);
    const fs::path folder = root / (code + "-" + std::string(rule->info.name));
    for (const std::string& kind : kinds)
      for (const fs::path& entry : entries(folder / kind))
        found.push_back({fs::relative(entry, root).generic_string(), code});
  }
  return found;
}

// Projects of fixtures/projects hold these: they need a repository, a saved list, or --strict.
const std::set<std::string> with_history = {"ML005", "ML006", "ML007", "ML009", "ML705", "ML019", "ML022", "ML026"};

}  // namespace

TEST_CASE("every rule says what its bad fixtures mark", "[fixtures]") {
  static const std::vector<Fixture> all = fixtures({"bad"});
  for (const Fixture& fixture : all) {
    DYNAMIC_SECTION(fixture.name) { check_bad(root / fixture.name, fixture.code); }
  }
}

TEST_CASE("what is recommended is silent", "[fixtures]") {
  static const std::vector<Fixture> all = fixtures({"good", "fixed"});
  for (const Fixture& fixture : all) {
    DYNAMIC_SECTION(fixture.name) { check_good(root / fixture.name, fixture.code); }
  }
}

TEST_CASE("a fix makes what fixed/ holds", "[fixtures]") {
  for (const Rule* rule : rules::all()) {
    const std::string code(rule->info.code);
    const fs::path folder = root / (code + "-" + std::string(rule->info.name));
    const std::vector<fs::path> fixed = entries(folder / "fixed");
    INFO(code);
    CHECK(fixed.empty() == (rule->info.fixable == Fixable::never));
    for (const fs::path& entry : fixed) {
      std::vector<Fixed> edits;
      run(files_of(folder / "bad" / entry.filename()), code, &edits);
      std::string text = without_markers(read(folder / "bad" / entry.filename()));
      std::sort(edits.begin(), edits.end(), [](const auto& a, const auto& b) { return a.replace > b.replace; });
      for (const Fixed& edit : edits) {
        CHECK(edit.file == place_of(entry));
        text.replace(edit.replace.begin, edit.replace.end - edit.replace.begin, edit.with);
      }
      CHECK(text == read(entry));
    }
  }
}

TEST_CASE("every rule has a bad and a good fixture", "[fixtures]") {
  std::set<std::string> folders = {"context"};
  for (const Rule* rule : rules::all()) {
    const std::string name = std::string(rule->info.code) + "-" + std::string(rule->info.name);
    folders.insert(name);
    INFO(name);
    if (with_history.count(std::string(rule->info.code)) > 0) continue;
    CHECK_FALSE(entries(root / name / "bad").empty());
    CHECK_FALSE(entries(root / name / "good").empty());
  }
  for (const fs::path& folder : entries(root)) {
    INFO("no rule for " << folder.filename().string());
    CHECK(folders.count(folder.filename().string()) == 1);
  }
}

TEST_CASE("rules are well formed", "[fixtures]") {
  std::set<std::string_view> codes, names;
  for (const Rule* rule : rules::all()) {
    const RuleInfo& info = rule->info;
    INFO(info.code << " " << info.name);
    CHECK(codes.insert(info.code).second);
    CHECK(names.insert(info.name).second);
    CHECK(std::regex_match(std::string(info.code), std::regex("ML[0-9]{3}")));
    CHECK(std::regex_match(std::string(info.name), std::regex("[a-z]+(-[a-z]+)*")));
    for (const std::string_view prefix : {"avoid-", "use-", "require-", "ban-", "prefer-", "no-"})
      CHECK(info.name.substr(0, prefix.size()) != prefix);
    for (const std::string_view sentence : {info.summary, info.effect, info.instead}) {
      REQUIRE_FALSE(sentence.empty());
      CHECK(sentence.back() == '.');
      CHECK(sentence.find('\n') == std::string_view::npos);
    }
    const int hooks = (rule->on_statement != nullptr) + (rule->on_operation != nullptr) +
                      (rule->on_migration != nullptr) + (rule->on_project != nullptr);
    CHECK(hooks == 1);
    CHECK(info.enabled == (info.group != RuleGroup::policy && info.group != RuleGroup::style));
  }
}
