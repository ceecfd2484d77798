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
};
std::unique_ptr<FileSystem> disk();
// `overlay` wins over `below` (which must outlive it); directories of overlaid files exist.
std::unique_ptr<FileSystem> overlay(const FileSystem& below, std::map<std::string, std::string> files);

// A value and where it came from, for the summary line ("4.2 from requirements.txt").
template <class T>
struct Sourced {
  T value{};
  std::string origin;
};

struct DjangoSettings {
  std::string file;                         // the settings module that was read, relative to the root
  std::vector<std::string> installed_apps;  // as written: dotted module or AppConfig
  std::optional<std::vector<std::string>> shared_apps, tenant_apps;
  std::map<std::string, std::optional<std::string>> migration_modules;  // label -> module, nullopt: None
  std::string auth_user_model = "auth.User";
  std::string default_auto_field;                                     // dotted; empty: not set
  std::string engine;                                                 // of DATABASES["default"]; empty: not known
  std::string engine_note;                                            // why PostgreSQL is assumed
  std::optional<std::int64_t> lock_timeout_ms, statement_timeout_ms;  // found in OPTIONS
  bool several_databases = false;
  bool complete = true;  // false: something in it could not be evaluated
};

struct App {
  std::string label;
  std::string module;                // dotted, "applications.ventas"
  std::string directory;             // relative to the root
  std::string migrations_directory;  // empty: unmigrated
  bool migrations_package = true;    // has __init__.py
  bool installed = true;             // named in INSTALLED_APPS, or settings are not known
  std::optional<bool> shared, tenant;
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
  std::string runner_reason;
  std::vector<std::string> files;  // in the runner's order
};

struct Project {
  std::string root;  // as given to the file system
  bool django = false;
  DjangoSettings settings;
  std::vector<App> apps;                     // by label
  std::vector<std::string> migration_files;  // relative to the root, sorted
  std::vector<SqlDirectory> sql_directories;
  Sourced<std::string> django_version;  // "4.2"
  std::vector<std::string> notes;       // for the summary: what was assumed and why
};

struct Workspace {
  Config config;
  std::vector<Project> projects;
};

}  // namespace mlint
