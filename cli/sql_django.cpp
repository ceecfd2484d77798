#include <algorithm>
#include <cstdio>

#include "analyzer/discover/workspace.h"
#include "analyzer/django/graph.h"
#include "analyzer/django/read.h"
#include "analyzer/django/replay.h"
#include "analyzer/django/sqlmigrate.h"
#include "cli/commands.h"
#include "cli/sql.h"

// `mlint sql` for Django's migrations: APP NAME, a path, or --all.
namespace mlint::cli {
namespace {

using django::Migration;
using django::MigrationKey;

constexpr std::size_t file_limit = std::size_t{16} << 20;

struct Opened {
  std::vector<SourceFile> sources;
  std::vector<Migration> migrations;
  django::ReplayOptions replay;
};

django::Version version_of(const std::string& text) {
  django::Version version;
  if (text.empty() || std::sscanf(text.c_str(), "%d.%d", &version.major, &version.minor) < 1) return {};
  return version;
}

// Modules of the project are not followed here; SQL files beside a migration are read.
django::ProjectFiles files_of(const FileSystem& files, const Project& project) {
  django::ProjectFiles result;
  result.module = [](std::string_view, std::string_view) -> const py::Module* { return nullptr; };
  const std::string root = project.root;
  result.text = [&files, root](std::string_view path,
                               std::string_view) -> std::optional<std::pair<FileId, std::string>> {
    auto text = files.read(root + "/" + std::string(path), file_limit);
    if (!text) return std::nullopt;
    return std::pair{FileId::none, std::move(*text)};
  };
  return result;
}

Opened open_project(const FileSystem& files, const Project& project, const Config& config, const SqlOptions& options) {
  Opened opened;
  const django::ProjectFiles shared = files_of(files, project);
  for (const std::string& path : project.migration_files) {
    auto text = files.read(project.root + "/" + path, file_limit);
    if (!text) {
      warn(text.error().message);
      continue;
    }
    const FileId file{static_cast<std::uint32_t>(opened.sources.size())};
    opened.sources.emplace_back(path, std::move(*text));
    const std::string_view source = opened.sources.back().text();
    py::ParseOptions parse;
    parse.file = file;
    const App* app = project.app_of(path);
    auto read =
        django::read_migration(py::parse(source, parse), file, path, app != nullptr ? app->label : "", source, shared);
    if (auto* migration = std::get_if<Migration>(&read)) opened.migrations.push_back(std::move(*migration));
  }
  opened.replay.auth_user_model = project.settings.auth_user_model;
  opened.replay.default_auto_field = project.settings.default_auto_field;
  opened.replay.field_types = config.field_types;
  std::string version = options.project.django_version;
  if (version.empty()) version = config.django_version;
  if (version.empty()) version = project.django_version.value;
  opened.replay.version = version_of(version);
  return opened;
}

django::GraphOptions graph_options(const Project& project, const Opened& opened) {
  django::GraphOptions options;
  options.auth_user_model = project.settings.auth_user_model;
  std::set<std::string> own;
  for (const Migration& migration : opened.migrations) own.insert(migration.key.app);
  const auto external = [&](const std::string& app) {
    if (!app.empty() && !own.contains(app)) options.external_apps.insert(app);
  };
  for (const std::string& app : project.settings.installed_apps) external(app.substr(app.rfind('.') + 1));
  for (const Migration& migration : opened.migrations) {
    for (const django::Dependency& dependency : migration.dependencies) external(dependency.key.app);
  }
  external(options.auth_user_model.substr(0, options.auth_user_model.find('.')));
  return options;
}

struct Asked {
  bool all = false;
  std::string app, name, path;
  bool matches(const Migration& migration, const Opened& opened) const {
    if (all) return true;
    if (!path.empty()) {
      const std::string& file = opened.sources[static_cast<std::size_t>(migration.file)].path();
      return path == file || path.ends_with("/" + file) || file.ends_with("/" + path);
    }
    return migration.key.app == app && migration.key.name.starts_with(name);
  }
};

SqlJudgement judgement_of(const django::History::Judged& judged, int version) {
  SqlJudgement judgement{version, {}};
  for (std::size_t i = 0; i < judged.statements.size(); ++i) {
    const django::LoweredStatement& lowered = judged.lowered.statements[judged.lowered_index[i]];
    const bool python = lowered.sql.empty();
    judgement.statements.push_back({judged.statements[i], python ? lowered.comment : std::string{}});
  }
  return judgement;
}

std::string print(const std::string& format, bool facts, const Migration& migration,
                  const django::History::Judged& judged, const Opened& opened) {
  if (format == "sql" && !facts) {
    return django::sqlmigrate_text(migration, judged.lowered, opened.replay.version, django::Direction::forwards);
  }
  const std::vector<SqlJudgement> judgements = {judgement_of(judged, opened.replay.server.version)};
  if (format == "json") return sql_json(judgements, &opened.sources[static_cast<std::size_t>(migration.file)]);
  if (format == "sql") return sql_script(judgements, facts);
  return sql_text(judgements);
}

std::string print_backwards(const std::string& format, const Migration& migration, const django::History& before,
                            django::History after, const Opened& opened) {
  const django::LoweredMigration lowered = before.lower_backwards(migration, after);
  if (lowered.fails) return "-- " + *lowered.fails + "\n";
  if (format == "sql") {
    return django::sqlmigrate_text(migration, lowered, opened.replay.version, django::Direction::backwards);
  }
  SqlJudgement judgement{opened.replay.server.version, {}};
  Session& session = after.session();
  if (migration.atomic) session.begin();
  for (const django::LoweredStatement& statement : lowered.statements) {
    for (const Operation& operation : statement.operations) {
      const bool python = statement.sql.empty();
      judgement.statements.push_back(
          {session.run(operation, python ? statement.comment : statement.sql, statement.location),
           python ? statement.comment : std::string{}});
    }
  }
  const std::vector<SqlJudgement> judgements = {std::move(judgement)};
  return format == "json" ? sql_json(judgements, nullptr) : sql_text(judgements);
}

}  // namespace

int run_sql_migration(const SqlOptions& options) {
  Output target;
  const std::string format = one_format(options.outputs, {"text", "sql", "json"}, target);
  if (format.empty()) return exit_trouble;
  Asked asked;
  asked.all = options.all;
  if (!options.all && options.targets.size() == 1) asked.path = options.targets.front();
  if (options.targets.size() == 2) {
    asked.app = options.targets[0];
    asked.name = options.targets[1];
  }
  const std::unique_ptr<FileSystem> files = disk();
  DiscoverOptions where;
  where.isolated = options.project.isolated;
  if (options.targets.size() == 1) where.paths = {options.targets.front()};
  auto workspace = discover(*files, where);
  if (!workspace) return trouble(workspace.error().message);
  std::string out;
  bool found = false;
  for (const Project& project : workspace->projects) {
    Opened opened = open_project(*files, project, workspace->config, options);
    if (!options.project.pg_versions.empty()) opened.replay.server.version = options.project.pg_versions.front();
    const django::Graph graph = django::build_graph(opened.migrations, graph_options(project, opened));
    django::History history(opened.replay);
    for (const MigrationKey& key : graph.order) {
      const auto node = graph.nodes.find(key);
      if (node == graph.nodes.end() || node->second == nullptr) continue;
      const Migration& migration = *node->second;
      if (!asked.matches(migration, opened)) {
        history.replay(migration);
        continue;
      }
      found = true;
      const django::History before = history;
      const django::History::Judged judged = history.judge(migration);
      if (asked.all) out += "-- " + migration.key.app + "." + migration.key.name + "\n";
      out += options.backwards ? print_backwards(format, migration, before, history, opened)
                               : print(format, options.facts, migration, judged, opened);
      for (const auto& [operation, reason] : judged.lowered.unknown) {
        warn(migration.key.app + "." + migration.key.name + ": operation " + std::to_string(operation) + ": " + reason);
      }
      if (judged.lowered.fails) warn(migration.key.app + "." + migration.key.name + ": " + *judged.lowered.fails);
      if (!asked.all) break;
    }
    if (found && !asked.all) break;
  }
  if (!found) return trouble("no such migration: " + (asked.path.empty() ? asked.app + " " + asked.name : asked.path));
  return deliver(target, out) ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
