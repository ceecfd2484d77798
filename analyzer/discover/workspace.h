#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/base/source.h"
#include "analyzer/base/span.h"
#include "analyzer/discover/config.h"

// What is there: projects, their settings and apps, their migration files; found by reading, never by running.
namespace mlint {

// Files are read through this, so that tests, stdin and an editor's unsaved buffers can stand in for the disk.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  struct Entry {
    std::string name;
    bool directory = false;
    bool link = false;
  };
  // Paths are absolute or relative to the working directory, with '/'. Errors: unreadable, absent, larger than `limit`.
  virtual Result<std::string> read(const std::string& path, std::size_t limit) const = 0;
  virtual Result<std::vector<Entry>> list(const std::string& directory) const = 0;  // sorted by name
  virtual bool exists(const std::string& path) const = 0;
  // Bytes of a regular file; nothing for what is absent or no file. Tells "too large" from "unreadable".
  virtual std::optional<std::size_t> size(const std::string& path) const = 0;
  // Absolute, links resolved; the path itself where that fails.
  virtual std::string real_path(const std::string& path) const = 0;
};
// A file larger than this is a finding, not a reason to read it.
constexpr std::size_t max_file_size = std::size_t{4} << 20;
std::unique_ptr<FileSystem> disk();
// `overlay` wins over `below` (which must outlive it); directories of overlaid files exist.
std::unique_ptr<FileSystem> overlay(const FileSystem& below, std::map<std::string, std::string> files);

// A value and where it came from, for the summary line ("4.2 from requirements.txt").
template <class T>
struct Sourced {
  T value{};
  std::string origin;
};

// USE_TZ; `unset`: Django's version decides.
enum class UseTz : std::uint8_t { unset, on, off, unknown };

struct DjangoSettings {
  std::string file;                         // the settings module that was read, relative to the root
  std::vector<std::string> installed_apps;  // as written: dotted module or AppConfig
  std::optional<std::vector<std::string>> shared_apps, tenant_apps;
  std::map<std::string, std::optional<std::string>> migration_modules;  // label -> module, nullopt: None
  std::string auth_user_model = "auth.User";
  std::map<std::string, std::string> swapped_models;  // other settings that name a model: "…_MODEL" -> "app.Model"
  std::string default_auto_field;                     // dotted; empty: not set
  std::string default_tablespace, default_index_tablespace;
  std::string time_zone;  // empty: not known
  UseTz use_tz = UseTz::unset;
  std::string engine;                                                 // of DATABASES["default"]; empty: not known
  std::string engine_note;                                            // why PostgreSQL is assumed
  std::optional<std::int64_t> lock_timeout_ms, statement_timeout_ms;  // found in OPTIONS
  bool several_databases = false;
  bool complete = true;  // false: something in it could not be evaluated
};

struct App {
  std::string label;
  std::string config_class;          // dotted AppConfig, where there is one
  std::string module;                // dotted, "applications.ventas"
  std::string directory;             // relative to the root
  std::string migrations_directory;  // empty: unmigrated
  bool migrations_package = true;    // has __init__.py
  bool installed = true;             // named in INSTALLED_APPS, or settings are not known
  std::optional<bool> shared, tenant;
  bool test_only = false;  // of a `tests` package, and no settings but those of tests install it
};

enum class SqlRunner : std::uint8_t {
  none,
  flyway,
  golang_migrate,
  goose,
  dbmate,
  sqlx,
  diesel,
  prisma,
  drizzle,
  supabase,
  sqlmigrate_twin,
  plain
};

struct SqlDirectory {
  std::string directory;
  SqlRunner runner = SqlRunner::plain;
  std::string runner_reason;                      // "from `-- +goose Up`"
  std::vector<std::string> files;                 // in the runner's order: what goes up
  std::map<std::string, std::string> down_files;  // of files[i], where going down has its own file
};

// How the runner wraps a file. `query`: the file is sent as one query, whose statements form an implicit transaction
// unless there is only one. `all_pending`: every pending file runs in one and the same transaction.
enum class SqlTransaction : std::uint8_t { none, file, query, all_pending };

// What of a file is run when, as ranges of its bytes. Comments that belong to the runner may be inside.
struct SqlParts {
  std::vector<Span> up, down;
  SqlTransaction transaction = SqlTransaction::none;
  std::string reason;  // why: "`-- +goose NO TRANSACTION`"
};

// Something of the world or of the project that discovery met on its way. `unreadable`: exit code 2 after everything
// else was reported; the others are for the summary or a rule.
struct DiscoveryProblem {
  enum class Kind : std::uint8_t { unreadable, too_large, outside_link, too_deep, not_a_package, settings };
  Kind kind = Kind::unreadable;
  std::string path;  // relative to the workspace root
  std::string message;
};

// Two directories that Django would give one label.
struct DuplicateLabel {
  std::string label;
  std::vector<std::string> directories;
  bool installed = false;  // both stand in INSTALLED_APPS: Django refuses to start
};

// Where the deployment runs `migrate` (Procfile, Dockerfile, compose file, build script …).
struct MigrateCall {
  std::string path;  // relative to the workspace root
  Span span;
  std::string where;      // "`web` of Procfile", "CMD of Dockerfile"
  bool at_start = false;  // in the command that starts the web process: every replica races
};

struct Project {
  std::string root;    // as given to the file system
  std::string prefix;  // of the root under the workspace root: "" or "backend/"; what reports put before paths
  bool django = false;
  DjangoSettings settings;
  std::vector<App> apps;                     // by label
  std::vector<std::string> migration_files;  // relative to the root, sorted
  std::vector<SqlDirectory> sql_directories;
  Sourced<std::string> django_version;    // "4.2"
  std::vector<std::string> notes;         // for the summary: what was assumed and why
  std::string manage_py;                  // relative to the root; empty: none
  std::vector<std::string> import_roots;  // relative to the root, "" first: where dotted modules are looked for
  std::vector<DuplicateLabel> duplicate_labels;
  Sourced<DeployModel> deploy;  // configured, else inferred
  std::vector<MigrateCall> migrate_calls;
  std::size_t other_sql_files = 0;  // dumps, seeds, schema files, other dialects: no migrations

  // The app whose migrations directory holds `path` (relative to the root); null: none.
  const App* app_of(std::string_view path) const;
  const App* app(std::string_view label) const;
};

struct Workspace {
  std::string root;         // what reports are relative to: the nearest manage.py, configuration or .git above the path
  std::string repository;   // directory with .git; empty: none
  std::string config_root;  // directory of the configuration file, which its globs are relative to
  Config config;
  std::vector<std::string> files;  // Python and SQL files, whatever is in them; relative to the root, sorted
  std::vector<Project> projects;   // by root; never empty when there are migrations
  std::vector<DiscoveryProblem> problems;
  std::vector<std::string> alembic_revisions;  // seen and not analysed; relative to the root

  // Index of the innermost project that holds `path` (relative to the workspace root).
  std::optional<std::size_t> project_of(std::string_view path) const;
  // Configuration excludes `path` (relative to the workspace root): context, never judged.
  bool excluded(std::string_view path) const;
};

struct DiscoverOptions {
  std::vector<std::string> paths;  // files or directories as given; empty: "."
  bool isolated = false;           // no configuration file but `config`
  std::string config;              // of the command line; empty: looked for
  // Of the command line; they win over the configuration.
  std::string settings_module, django_version;
  bool sql_named = false;  // a .sql file is asked for: judged wherever it lies, it needs a project to belong to
};

// `file` is one of the directory's files (or down_files), relative to the project's root; `text` is its content.
SqlParts parts_of(const FileSystem& files, const Project& project, const SqlDirectory& directory,
                  const std::string& file, std::string_view text);
std::string_view name_of(SqlRunner runner);  // "golang-migrate"

// Where the workspace is, and its configuration. Errors: one that does not parse, a path that does not exist.
Result<Workspace> place_workspace(const FileSystem& files, const DiscoverOptions& options);
// What is in it.
Workspace discover(const FileSystem& files, Workspace placed, const DiscoverOptions& options);
Result<Workspace> discover(const FileSystem& files, const DiscoverOptions& options);

}  // namespace mlint
