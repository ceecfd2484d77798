#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/history/applied.h"
#include "analyzer/history/change.h"
#include "analyzer/history/scope.h"
#include "analyzer/lint/run.h"
#include "cli/options.h"

// What `mlint check` judges: by flags, by the paths given, else by the situation.
namespace mlint::cli {

struct CheckScope {
  Scope scope;
  history::Scope found;                                     // what git says
  std::vector<std::string> lone_sql_files;                  // named, and in no directory of migrations
  std::vector<std::string> named_files, named_directories;  // relative to the workspace root
  std::optional<history::Applied> applied;                  // --applied
  std::optional<django::MigrationKey> before;
  std::string note;
};

// What git is asked: slow, and it needs to know of the workspace only where it is.
history::ScopeRequest scope_request(const FileSystem& files, const Workspace& placed, const CheckOptions& options,
                                    const std::vector<std::string>& paths);

// The paths that were given, sorted by what they are.
Result<CheckScope> named_by(const FileSystem& files, const Workspace& workspace, const std::vector<std::string>& paths);

// The rest, from what git has answered.
Result<CheckScope> check_scope(const FileSystem& files, const Workspace& workspace, const CheckOptions& options,
                               CheckScope named, history::Scope found);

// What the branch did to migrations that its base has, by project.
struct BranchChanges {
  std::vector<history::Changes> projects;
  std::vector<std::string> problems;  // git failed: exit code 2 after everything else was reported
};
BranchChanges changes_of(const FileSystem& files, const Workspace& workspace, const Loaded& loaded,
                         const CheckScope& scope, const RunOptions& run);

// --applied FILE: only what the saved showmigrations does not know as applied is judged.
Result<bool> limit_to_pending(const FileSystem& files, const Loaded& loaded, const CheckOptions& options,
                              CheckScope& scope);

// The first path that holds no migration, as a sentence; empty: each holds one.
std::string nothing_at(const Workspace& workspace, const Loaded& loaded, const CheckScope& scope);

}  // namespace mlint::cli
