#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/discover/workspace.h"
#include "analyzer/django/replay.h"
#include "analyzer/lint/load.h"
#include "cli/options.h"

// What several commands need before they do their own work.
namespace mlint::cli {

// How the workspace around `paths` is found. `sql_piped`: SQL comes through stdin.
DiscoverOptions discover_options(const ProjectOptions& options, const std::vector<std::string>& paths,
                                 bool sql_piped = false);
Result<Workspace> open_workspace(const FileSystem& files, const ProjectOptions& options,
                                 const std::vector<std::string>& paths);

struct Versions {
  std::vector<int> postgresql;  // one or several
  std::string postgresql_origin;
  std::optional<django::Version> django;  // of the command line or the configuration
  std::string django_origin;
};
Versions versions_of(const ProjectOptions& options, const Config& config);

// `path` as given on the command line, relative to the workspace root; nothing when it lies outside.
std::optional<std::string> in_workspace(const FileSystem& files, const Workspace& workspace, const std::string& path);

// What to put before a path relative to the workspace root to reach it from the working directory: "", "backend/",
// "../".
std::string terminal_prefix(const FileSystem& files, const Workspace& workspace);
// … from the root of the repository.
std::string repository_prefix(const FileSystem& files, const Workspace& workspace);

}  // namespace mlint::cli
