#include "cli/check_scope.h"

#include <algorithm>

#include "analyzer/discover/path.h"
#include "analyzer/history/applied.h"
#include "analyzer/history/compare.h"
#include "analyzer/history/files_at_base.h"
#include "analyzer/history/project_files.h"
#include "analyzer/lint/project_history.h"
#include "cli/project.h"

namespace mlint::cli {
namespace {

std::string_view name_of(history::Scope::Kind kind) {
  switch (kind) {
    case history::Scope::Kind::all:
      return "all";
    case history::Scope::Kind::changed:
      return "changed";
    case history::Scope::Kind::staged:
      return "staged";
    case history::Scope::Kind::files:
      return "files";
    case history::Scope::Kind::default_branch:
      return "history";
    case history::Scope::Kind::no_git:
      return "all";
  }
  return "all";
}

bool is_migration_of(const Workspace& workspace, const std::string& path) {
  for (const Project& project : workspace.projects) {
    if (!path.starts_with(project.prefix)) continue;
    const std::string own = path.substr(project.prefix.size());
    const auto holds = [&](const std::vector<std::string>& files) {
      return std::find(files.begin(), files.end(), own) != files.end();
    };
    if (holds(project.migration_files)) return true;
    for (const SqlDirectory& directory : project.sql_directories) {
      // A twin that is named is judged; beside its migration it is only compared.
      if (directory.runner != SqlRunner::sqlmigrate_twin && holds(directory.files)) return true;
    }
  }
  return false;
}

// Where a path relative to the repository lies in the workspace.
std::optional<std::string> from_repository(const std::string& path, const std::string& prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  return path.substr(prefix.size());
}

Result<std::optional<django::MigrationKey>> before_of(const CheckOptions& options) {
  if (options.before.empty()) return std::optional<django::MigrationKey>();
  const std::size_t dot = options.before.find('.');
  return std::optional(django::MigrationKey{options.before.substr(0, dot), options.before.substr(dot + 1)});
}

// `text` is "patients/migrations/0011", "patients/0011", "patients_0011" or alike, `name` its end.
bool names(std::string_view text, const App& app, std::string_view name) {
  if (name.empty() || !text.ends_with(name)) return false;
  text.remove_suffix(name.size());
  if (!app.migrations_directory.empty() && text == app.migrations_directory + "/") return true;
  if (text.empty() || std::string_view("/._-").find(text.back()) == std::string_view::npos) return false;
  text.remove_suffix(1);
  if (text.ends_with("/migrations")) text.remove_suffix(std::string_view("/migrations").size());
  return text == app.label || text.ends_with("/" + app.label);
}

std::string_view number_of(std::string_view name) {
  const std::string_view number = name.substr(0, std::min(name.find('_'), name.size()));
  return number.find_first_not_of("0123456789") == std::string_view::npos ? number : std::string_view();
}

// Text piped in under a name that tells the app and the migration, or its number alone, is judged just before it.
std::optional<django::MigrationKey> before_by_name(const Workspace& workspace, const std::string& stdin_filename,
                                                   const std::vector<std::string>& lone_sql_files) {
  if (stdin_filename.empty() || lone_sql_files.empty()) return std::nullopt;
  const std::string& file = lone_sql_files.front();
  const std::optional<std::size_t> index = workspace.project_of(file);
  if (!index) return std::nullopt;
  const Project& project = workspace.projects[*index];
  const std::string own = file.substr(std::min(project.prefix.size(), file.size()));
  const std::string text = path::join(path::parent(own), std::string(path::stem(own)));
  std::vector<django::MigrationKey> by_number;
  for (const std::string& migration : project.migration_files) {
    const App* app = project.app_of(migration);
    const std::string name(path::stem(migration));
    if (app == nullptr) continue;
    if (names(text, *app, name)) return django::MigrationKey{app->label, name};
    if (names(text, *app, number_of(name))) by_number.push_back({app->label, name});
  }
  if (by_number.size() != 1) return std::nullopt;
  return by_number.front();
}

}  // namespace

history::ScopeRequest scope_request(const FileSystem& files, const Workspace& placed, const CheckOptions& options,
                                    const std::vector<std::string>& paths) {
  history::ScopeRequest request;
  request.directory = placed.root;
  request.all = options.all;
  request.staged = options.staged;
  request.changed = options.changed;
  request.only_files =
      std::all_of(paths.begin(), paths.end(), [&](const std::string& path) { return files.size(path).has_value(); });
  request.configured_base = placed.config.base;
  request.frozen = placed.config.frozen;
  return request;
}

Result<CheckScope> named_by(const FileSystem& files, const Workspace& workspace,
                            const std::vector<std::string>& paths) {
  CheckScope result;
  for (const std::string& each : paths) {
    const std::optional<std::string> inside = in_workspace(files, workspace, each);
    if (!inside) return Error{"`" + each + "` lies outside of `" + workspace.root + "`, where the other paths are"};
    if (!files.size(each)) {
      result.named_directories.push_back(*inside);
      continue;
    }
    result.named_files.push_back(*inside);
    if (inside->ends_with(".sql") && !is_migration_of(workspace, *inside)) result.lone_sql_files.push_back(*inside);
  }
  return result;
}

Result<CheckScope> check_scope(const FileSystem& files, const Workspace& workspace, const CheckOptions& options,
                               CheckScope named, history::Scope found) {
  CheckScope result = std::move(named);
  const bool only_files = result.named_directories.empty();
  const std::string prefix = repository_prefix(files, workspace);
  std::vector<std::string> in_repository;
  for (const std::string& file : workspace.files) in_repository.push_back(prefix + file);
  if (const auto problem = history::add_untracked(found, in_repository)) return *problem;
  auto before = before_of(options);
  if (!before) return before.error();
  result.before = *before ? *before : before_by_name(workspace, options.stdin_filename, result.lone_sql_files);
  result.found = std::move(found);
  result.note = result.found.note;
  Scope& scope = result.scope;
  scope.kind = name_of(result.found.kind);
  scope.base = result.found.base_label;
  scope.everything = scope.kind == "all" && !only_files;
  scope.history = result.found.kind == history::Scope::Kind::default_branch && !only_files;
  if (only_files) scope.kind = "files";
  for (const git::ChangedFile& change : result.found.changes) {
    if (only_files) break;
    if (const auto inside = from_repository(change.path, prefix)) scope.files.insert(*inside);
    if (const auto old = from_repository(change.old_path, prefix); old && !change.old_path.empty()) {
      scope.files.insert(*old);
    }
  }
  for (const std::string& directory : result.named_directories) {
    if (directory.empty() || directory == ".") {
      scope.directories.clear();
      break;
    }
    scope.directories.push_back(directory);
  }
  scope.always.insert(result.named_files.begin(), result.named_files.end());
  return result;
}

Result<bool> limit_to_pending(const FileSystem& files, const Loaded& loaded, const CheckOptions& options,
                              CheckScope& scope) {
  if (options.applied.empty()) return false;
  Result<std::string> text = files.read(options.applied, max_file_size);
  if (!text) return text.error();
  Result<history::Applied> applied = history::read_showmigrations(*text);
  if (!applied) return Error{"`" + options.applied + "`: " + applied.error().message};
  scope.applied = *std::move(applied);
  const std::set<django::MigrationKey> done = scope.applied->applied();
  std::set<std::string> pending;
  for (const LoadedProject& project : loaded.projects) {
    for (const django::Migration& migration : project.migrations) {
      if (!done.contains(migration.key))
        pending.insert(loaded.sources[static_cast<std::size_t>(migration.file)].path());
    }
    for (const SqlFile& file : project.sql_files) pending.insert(file.path);
  }
  scope.scope.kind = "applied";
  scope.scope.everything = scope.scope.history = false;
  scope.scope.files = std::move(pending);
  return true;
}

std::string nothing_at(const Workspace& workspace, const Loaded& loaded, const CheckScope& scope) {
  std::vector<std::string> known;
  for (const LoadedProject& project : loaded.projects) {
    for (const django::Migration& migration : project.migrations) {
      known.push_back(loaded.sources[static_cast<std::size_t>(migration.file)].path());
    }
    for (const SqlFile& file : project.sql_files) known.push_back(file.path);
    for (const InputProblem& problem : project.problems) known.push_back(problem.path);
  }
  known.insert(known.end(), workspace.alembic_revisions.begin(), workspace.alembic_revisions.end());
  const auto holds = [&](const std::string& asked) {
    return std::any_of(known.begin(), known.end(),
                       [&](const std::string& path) { return asked == "." || path::below(path, asked).has_value(); });
  };
  for (const std::string& directory : scope.named_directories) {
    if (!holds(directory)) {
      const std::string where = directory.empty() || directory == "." ? workspace.root : directory;
      return "no migration in `" + where + "`";
    }
  }
  for (const std::string& file : scope.named_files) {
    if (!holds(file)) return "`" + file + "` is no migration";
  }
  return {};
}

BranchChanges changes_of(const FileSystem& files, const Workspace& workspace, const Loaded& loaded,
                         const CheckScope& scope, const RunOptions& run) {
  BranchChanges result;
  const std::unique_ptr<FileSystem> at_base = history::files_at_base(files, scope.found);
  for (const LoadedProject& loaded_project : loaded.projects) {
    const Project& project = *loaded_project.project;
    SourceTable sources;  // of what the base's versions import: their positions are in no file of the run
    SharedFiles shared(*at_base, project, sources);
    std::optional<django::Graph> graph;  // only where something differs
    if (!scope.found.changes.empty()) {
      graph = django::build_graph(loaded_project.migrations, graph_options(loaded_project));
    }
    const django::Version version = run.django_version.value_or(parse_django_version(project.django_version.value));
    const django::ReplayOptions replay = replay_options(loaded_project, workspace.config, version, Server{});
    const history::CompareRequest request{scope.found,
                                          project,
                                          loaded_project.migrations,
                                          loaded.sources,
                                          shared.as_project_files(),
                                          graph ? &*graph : nullptr,
                                          replay};
    auto changes = history::compare_with_base(request);
    if (!changes) {
      const std::string where = project.prefix.empty() ? std::string() : " in `" + project.prefix + "`";
      result.problems.push_back("edited and deleted migrations" + where +
                                " were not looked for: " + changes.error().message);
    }
    result.projects.push_back(changes ? *std::move(changes) : history::Changes{});
  }
  return result;
}

}  // namespace mlint::cli
