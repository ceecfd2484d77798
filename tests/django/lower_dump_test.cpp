#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "analyzer/django/contrib.h"
#include "analyzer/django/lower.h"
#include "analyzer/django/read.h"
#include "analyzer/operation/dump.h"
#include "parsers/sql/parse.h"
#include "tests/source_directory.h"

// The mlint half of the comparison with real Djangos: tests/django/truth.py writes a list of migrations, this lowers
// them one after the other and writes what it got. Hidden: it runs when MLINT_LOWER names the list.
namespace mlint::django {
namespace {

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class Catalogue : public StatementSink {
 public:
  const Schema& catalogue() const override { return schema; }
  void execute(LoweredStatement statement) override {
    if (!statement.sql.empty()) {
      for (const Operation& operation : statement.operations) schema.apply(operation);
    }
    statements.push_back(std::move(statement));
  }
  void leave_open(const std::vector<QualifiedName>& relations) override { django::leave_open(schema, relations); }
  Schema schema;
  std::vector<LoweredStatement> statements;
};

Version version_of(const std::string& text) {
  Version version{0, 0, 0};
  std::sscanf(text.c_str(), "%d.%d.%d", &version.major, &version.minor, &version.patch);
  return version;
}

const py::Module* no_module(std::string_view, std::string_view) { return nullptr; }

std::string dumped(const std::vector<Operation>& operations) {
  std::string text;
  for (const Operation& operation : operations) text += dump_operation(operation);
  // Where it stands in a text is no part of what it does.
  return std::regex_replace(text, std::regex(R"(\[\d+,\d+\)(:| ))"), "");
}

// The operations that the statement's own text says, where they are not those of the lowering.
std::optional<nlohmann::json> parsed_otherwise(const LoweredStatement& statement) {
  std::vector<Operation> parsed;
  for (const sql::ParsedStatement& each : sql::parse(statement.sql).statements) {
    parsed.insert(parsed.end(), each.operations.begin(), each.operations.end());
  }
  const std::string ours = dumped(statement.operations), theirs = dumped(parsed);
  if (ours == theirs) return std::nullopt;
  return nlohmann::json{{"sql", statement.sql}, {"lowered", ours}, {"parsed", theirs}};
}

nlohmann::json lowered_json(const Catalogue& sink, const Editor& editor) {
  nlohmann::json json = {{"statements", nlohmann::json::array()}, {"unknown", nlohmann::json::array()}};
  for (const LoweredStatement& statement : sink.statements) {
    if (statement.sql.empty() && !statement.comment.empty()) continue;
    if (auto otherwise = parsed_otherwise(statement)) json["parsed_otherwise"].push_back(*std::move(otherwise));
    json["statements"].push_back({{"sql", statement.sql}, {"operation", statement.operation}});
  }
  for (const auto& [index, reason] : editor.unknown()) json["unknown"].push_back({index, reason});
  if (editor.failure()) json["fails"] = *editor.failure();
  return json;
}

nlohmann::json lower_all(const nlohmann::json& list) {
  EditorSettings settings;
  settings.state.version = version_of(list.at("version"));
  settings.state.auth_user_model = list.value("auth_user_model", "auth.User");
  settings.state.default_auto_field = canonical_key(list.at("default_auto_field").get<std::string>());
  settings.state.time_zone = list.value("time_zone", "");
  settings.state.use_tz = list.value("use_tz", true);
  const ReadSettings read{settings.state, nullptr};
  Catalogue sink;
  ProjectState start;
  load_contrib(start, sink, settings, {});
  const Schema empty = sink.schema;
  ProjectState models = start, previous = start;
  std::vector<Migration> kept;
  kept.reserve(list.at("migrations").size());
  nlohmann::json result = nlohmann::json::array();
  ProjectFiles files{no_module, [](std::string_view, std::string_view) { return std::nullopt; }, {}};
  for (const auto& entry : list.at("migrations")) {
    if (entry.value("fresh", false)) {
      models = start;
      sink.schema = empty;
    }
    const std::string path = entry.at("path"), source = slurp(path);
    auto made =
        read_migration(py::parse(source, {}), FileId::none, path, entry.at("app").get<std::string>(), source, files);
    if (!std::holds_alternative<Migration>(made)) {
      result.push_back({{"unread", true}});
      continue;
    }
    kept.push_back(std::get<Migration>(std::move(made)));
    const Migration& migration = kept.back();
    sink.statements.clear();
    Editor editor(sink, settings);
    if (entry.value("backwards", false)) {
      run_backwards(migration, previous, editor, read);
      models = previous;
    } else {
      previous = models;
      run_forwards(migration, models, editor, read, nullptr);
    }
    result.push_back(lowered_json(sink, editor));
  }
  return result;
}

}  // namespace

TEST_CASE("lowered statements parse back to their operations", "[django]") {
  const std::filesystem::path folder = std::filesystem::path(mlint::source_directory()) /
                                       "fixtures/projects/B1-every-operation/project/clinic/migrations";
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("0")) paths.insert(entry.path());
  }
  for (const char* version : {"3.2", "5.2"}) {
    nlohmann::json list = {{"version", version}, {"default_auto_field", "django.db.models.BigAutoField"}};
    for (const auto& path : paths) list["migrations"].push_back({{"app", "clinic"}, {"path", path.string()}});
    std::size_t statements = 0;
    for (const nlohmann::json& migration : lower_all(list)) {
      INFO(migration.value("parsed_otherwise", nlohmann::json()).dump(1));
      CHECK_FALSE(migration.contains("parsed_otherwise"));
      statements += migration.at("statements").size();
    }
    CHECK(statements > 20);
  }
}

TEST_CASE("lowered statements of a list of migrations", "[.lower]") {
  const char* list = std::getenv("MLINT_LOWER");
  REQUIRE(list != nullptr);
  const nlohmann::json result = lower_all(nlohmann::json::parse(slurp(list)));
  std::ofstream(std::string(list) + ".out") << result.dump(1);
}

}  // namespace mlint::django
