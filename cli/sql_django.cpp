#include "analyzer/django/graph.h"
#include "analyzer/django/replay.h"
#include "analyzer/django/sqlmigrate.h"
#include "analyzer/lint/judge.h"
#include "cli/commands.h"
#include "cli/project.h"
#include "cli/sql.h"

// `mlint sql` for Django's migrations: APP NAME, a path, or --all.
namespace mlint::cli {
namespace {

using django::Migration;
using django::MigrationKey;

struct Asked {
  bool all = false;
  std::string app, name, path;
  bool matches(const Migration& migration, const Loaded& loaded) const {
    if (all) return true;
    if (!path.empty()) {
      const std::string& file = loaded.sources[static_cast<std::size_t>(migration.file)].path();
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

// What is printed of one migration.
struct Printer {
  std::string format;
  bool facts = false;
  const Loaded& loaded;
  django::ReplayOptions replay;

  const SourceFile* source_of(const Migration& migration) const {
    return &loaded.sources[static_cast<std::size_t>(migration.file)];
  }

  std::string forwards(const Migration& migration, const django::History::Judged& judged) const {
    return print(migration, judged.lowered, judgement_of(judged, replay.server.version), django::Direction::forwards);
  }

  std::string backwards(const Migration& migration, const django::History& before, django::History after) const {
    const django::LoweredMigration lowered = before.lower_backwards(migration, after);
    SqlJudgement judgement{replay.server.version, {}};
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
    return print(migration, lowered, std::move(judgement), django::Direction::backwards);
  }

 private:
  std::string print(const Migration& migration, const django::LoweredMigration& lowered, SqlJudgement judgement,
                    django::Direction direction) const {
    judgement.refusal = lowered.fails.value_or("");
    const std::vector<SqlJudgement> judgements = {std::move(judgement)};
    if (format == "json") return sql_json(judgements, source_of(migration));
    const std::string refusal = lowered.fails ? "-- " + *lowered.fails + "\n" : std::string();
    if (direction == django::Direction::backwards && lowered.fails && lowered.statements.empty()) return refusal;
    if (format != "sql") return refusal + sql_text(judgements);
    if (facts) return refusal + sql_script(judgements, facts);
    return refusal + django::sqlmigrate_text(migration, lowered, replay.version, direction);
  }
};

void say_unknown(const Migration& migration, const django::LoweredMigration& lowered) {
  const std::string name = migration.key.app + "." + migration.key.name;
  for (const auto& [operation, reason] : lowered.unknown) {
    warn(name + ": operation " + std::to_string(operation) + ": " + reason);
  }
  if (lowered.fails) warn(name + ": " + *lowered.fails);
}

// The text of what was asked for; empty when this project has none of it.
std::string text_of(const LoadedProject& project, const Asked& asked, const Printer& printer, bool backwards) {
  std::string out;
  const django::Graph graph = django::build_graph(project.migrations, graph_options(project));
  django::History history(printer.replay);
  for (const MigrationKey& key : graph.order) {
    const auto node = graph.nodes.find(key);
    if (node == graph.nodes.end() || node->second == nullptr) continue;
    const Migration& migration = *node->second;
    if (!asked.matches(migration, printer.loaded)) {
      history.replay(migration);
      continue;
    }
    const django::History before = history;
    const django::History::Judged judged = history.judge(migration);
    if (asked.all) out += "-- " + migration.key.app + "." + migration.key.name + "\n";
    out += backwards ? printer.backwards(migration, before, history) : printer.forwards(migration, judged);
    say_unknown(migration, judged.lowered);
    if (!asked.all) break;
  }
  return out;
}

Asked asked_of(const SqlOptions& options) {
  Asked asked;
  asked.all = options.all;
  if (!options.all && options.targets.size() == 1) asked.path = options.targets.front();
  if (options.targets.size() == 2) {
    asked.app = options.targets[0];
    asked.name = options.targets[1];
  }
  return asked;
}

django::Version version_of(const SqlOptions& options, const Config& config, const Project& project) {
  if (!options.project.django_version.empty()) return parse_django_version(options.project.django_version);
  if (!config.django_version.empty()) return parse_django_version(config.django_version);
  return parse_django_version(project.django_version.value);
}

}  // namespace

int run_sql_migration(const SqlOptions& options) {
  Output target;
  const std::string format = one_format(options.outputs, {"text", "sql", "json"}, target);
  if (format.empty()) return exit_trouble;
  const Asked asked = asked_of(options);
  const std::unique_ptr<FileSystem> files = disk();
  std::vector<std::string> paths;
  if (options.targets.size() == 1) paths = {options.targets.front()};
  const Result<Workspace> workspace = open_workspace(*files, options.project, paths);
  if (!workspace) return trouble(workspace.error().message);
  const Loaded loaded = load(*files, *workspace, {options.project.jobs, {}});
  for (const std::string& problem : loaded.unreadable) warn(problem);
  std::string out;
  for (const LoadedProject& project : loaded.projects) {
    Server server;
    if (!options.project.pg_versions.empty()) server.version = options.project.pg_versions.front();
    const django::Version version = version_of(options, workspace->config, *project.project);
    const Printer printer{format, options.facts, loaded, replay_options(project, workspace->config, version, server)};
    out += text_of(project, asked, printer, options.backwards);
    if (!out.empty() && !asked.all) break;
  }
  if (out.empty())
    return trouble("no such migration: " + (asked.path.empty() ? asked.app + " " + asked.name : asked.path));
  return deliver(target, out) ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
