#pragma once

#include <set>
#include <string>
#include <vector>

#include "analyzer/discover/workspace.h"

namespace mlint {

struct FoundSql {
  std::vector<SqlDirectory> directories;  // by name
  std::size_t other_files = 0;            // .sql files that are no migrations
};

// Directories of plain SQL migrations among a project's files (relative to `root`, sorted). `django_directories` hold
// Django migrations: .sql files beside those are twins or are read by a RunSQL, never migrations of their own.
FoundSql find_sql_directories(const FileSystem& files, const std::string& root,
                              const std::vector<std::string>& project_files,
                              const std::set<std::string>& django_directories);

}  // namespace mlint
