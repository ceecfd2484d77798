#include "analyzer/django/graph.h"
#include "analyzer/django/replay.h"
#include "analyzer/django/sqlmigrate.h"
#include "analyzer/lint/project_history.h"
#include "analyzer/lint/run.h"
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
    return migration.key.app == app && migration.key.name == name;
  }
  // The beginning of a name is enough where one migration alone has it.
  Result<bool> complete(const std::vector<Migration>& migrations) {
    if (name.empty()) return true;
    const Migration* found = nullptr;
    for (const Migration& migration : migrations) {
      if (migration.key.app != app || !migration.key.name.starts_with(name)) continue;
      if (migration.key.name == name) return true;
      if (found != nullptr) return Error{"more than one migration of " + app + " begins with " + name};
      found = &migration;
    }
    if (found != nullptr) name = found->key.name;
    return found != nullptr;
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
  django::Version django_version;
  std::vector<int> versions;  // of PostgreSQL

  const SourceFile* source_of(const Migration& migration) const {
    return &loaded.sources[static_cast<std::size_t>(migration.file)];
  }

  std::string forwards(const Migration& migration, const std::vector<django::History::Judged>& judged) const {
    std::vector<SqlJudgement> judgements;
    for (std::size_t i = 0; i < judged.size(); ++i) judgements.push_back(judgement_of(judged[i], versions[i]));
    return print(migration, judged.front().lowered, std::move(judgements), django::Direction::forwards);
  }

  std::string backwards(const Migration& migration, const django::LoweredMigration& lowered,
                        std::vector<django::History> after) const {
    std::vector<SqlJudgement> judgements;
    for (std::size_t i = 0; i < after.size(); ++i)
      judgements.push_back(run_backwards(migration, lowered, after[i].session(), versions[i]));
    return print(migration, lowered, std::move(judgements), django::Direction::backwards);
  }

 private:
  static SqlJudgement run_backwards(const Migration& migration, const django::LoweredMigration& lowered,
                                    Session& session, int version) {
    SqlJudgement judgement{version, {}};
    if (migration.atomic) session.begin();
    for (const django::LoweredStatement& statement : lowered.statements) {
      for (const Operation& operation : statement.operations) {
        const bool python = statement.sql.empty();
        judgement.statements.push_back(
            {session.run(operation, python ? statement.comment : statement.sql, statement.location),
             python ? statement.comment : std::string{}});
      }
    }
    return judgement;
  }

  std::string print(const Migration& migration, const django::LoweredMigration& lowered,
                    std::vector<SqlJudgement> judgements, django::Direction direction) const {
    for (SqlJudgement& judgement : judgements) judgement.refusal = lowered.fails.value_or("");
    if (format == "json") return sql_json(judgements, source_of(migration));
    const std::string refusal = lowered.fails ? "-- " + *lowered.fails + "\n" : std::string();
    if (direction == django::Direction::backwards && lowered.fails && lowered.statements.empty()) return refusal;
    if (format != "sql") return refusal + sql_text(judgements);
    if (facts) return refusal + sql_script(judgements, facts);
    return refusal + django::sqlmigrate_text(migration, lowered, django_version, direction);
  }
};

// What was asked for: its text, and why a single migration has none.
struct Answer {
  bool found = false;
  std::string text;
  std::optional<std::string> refusal;
};

void say_unknown(const Migration& migration, const django::LoweredMigration& lowered) {
  const std::string name = migration.key.app + "." + migration.key.name;
  for (const auto* noted : {&lowered.unknown, &lowered.assumed}) {
    for (const auto& [operation, reason] : *noted) {
      warn(name + ": operation " + std::to_string(operation) + ": " + reason);
    }
  }
  if (lowered.fails) warn(name + ": " + *lowered.fails);
}

// `histories`: one for each version of PostgreSQL.
Answer answer_of(const LoadedProject& project, const Asked& asked, const Printer& printer,
                 std::vector<django::History> histories, bool backwards) {
  Answer answer;
  const django::Graph graph = django::build_graph(project.migrations, graph_options(project));
  for (const MigrationKey& key : graph.order) {
    const auto node = graph.nodes.find(key);
    if (node == graph.nodes.end() || node->second == nullptr) continue;
    const Migration& migration = *node->second;
    if (!asked.matches(migration, printer.loaded)) {
      for (django::History& history : histories) history.replay(migration);
      continue;
    }
    const django::History before = histories.front();
    std::vector<django::History::Judged> judged;
    for (django::History& history : histories) judged.push_back(history.judge(migration));
    answer.found = true;
    if (asked.all) answer.text += "-- " + migration.key.app + "." + migration.key.name + "\n";
    if (backwards) {
      const django::LoweredMigration lowered = before.lower_backwards(migration, histories.front());
      if (lowered.fails && lowered.statements.empty()) answer.refusal = *lowered.fails;
      answer.text += printer.backwards(migration, lowered, histories);
    } else {
      answer.text += printer.forwards(migration, judged);
    }
    say_unknown(migration, judged.front().lowered);
    if (!asked.all) break;
  }
  return answer;
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
  Asked asked = asked_of(options);
  const std::unique_ptr<FileSystem> files = disk();
  std::vector<std::string> paths;
  if (options.targets.size() == 1) paths = {options.targets.front()};
  const Result<Workspace> workspace = open_workspace(*files, options.project, paths);
  if (!workspace) return trouble(workspace.error().message);
  const Loaded loaded = load(*files, *workspace, {options.project.jobs, {}});
  for (const std::string& problem : loaded.unreadable) warn(problem);
  Answer answer;
  for (const LoadedProject& project : loaded.projects) {
    const Result<bool> named = asked.complete(project.migrations);
    if (!named) return trouble(named.error().message);
    if (!*named) continue;
    const Versions versions = versions_of(options.project, workspace->config);
    const django::Version version = version_of(options, workspace->config, *project.project);
    const Printer printer{format, options.facts, loaded, version, versions.postgresql};
    std::vector<django::History> histories;
    for (const int each : versions.postgresql)
      histories.emplace_back(replay_options(project, workspace->config, version, Server{each}));
    Answer more = answer_of(project, asked, printer, std::move(histories), options.backwards);
    answer.found = answer.found || more.found;
    answer.text += more.text;
    answer.refusal = more.refusal;
    if (answer.found && !asked.all) break;
  }
  if (!answer.found)
    return trouble("no such migration: " + (asked.path.empty() ? asked.app + " " + asked.name : asked.path));
  // Django prints nothing then either; the other formats say it inside.
  if (answer.refusal && !asked.all && format == "sql") return trouble(*answer.refusal);
  if (answer.text.empty()) warn("No operations found.");
  return deliver(target, answer.text) ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
