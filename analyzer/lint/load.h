#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "analyzer/base/source.h"
#include "analyzer/discover/workspace.h"
#include "analyzer/django/migration.h"
#include "analyzer/lint/rule.h"
#include "parsers/sql/parse.h"

// The first phase of a run: every migration and SQL file read and parsed, in parallel, one file not knowing of another.
namespace mlint {

struct SqlFile {
  FileId file = FileId::none;
  std::string path;       // relative to the workspace root
  std::string directory;  // of its history; empty: a file on its own, named on the command line
  std::string name;       // what orders it: stem, or its directory for runners with one directory a migration
  SqlRunner runner = SqlRunner::plain;
  SqlTransaction transaction = SqlTransaction::none;
  sql::ParsedSql parsed;  // of what is run forwards
};

struct LoadedProject {
  const Project* project = nullptr;  // into the workspace
  std::vector<django::Migration> migrations;
  std::vector<SqlFile> sql_files;  // directory after directory, in the runner's order
  std::vector<InputProblem> problems;
  std::map<std::string, FileId> twins;        // texts of sqlmigrate beside migrations, by path without its extension
  std::set<std::string> settings_at_default;  // which the environment may give, and migrations use
};

struct Loaded {
  std::vector<SourceFile> sources;      // by FileId; paths relative to the workspace root
  std::vector<LoadedProject> projects;  // as in the workspace
  std::vector<std::string> unreadable;  // the world is wrong: exit code 2 after everything else was reported
  std::size_t files = 0;                // read as migrations
};

// What to read in addition to what discovery found.
struct LoadOptions {
  unsigned jobs = 0;                   // 0: as many as processors
  std::vector<std::string> sql_files;  // relative to the workspace root, in no migration directory
};

Loaded load(const FileSystem& files, const Workspace& workspace, const LoadOptions& options);

}  // namespace mlint
