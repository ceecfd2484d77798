#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/discover/workspace.h"

namespace mlint {

// The files below a root that discovery may ask about: Python, SQL and the small files that say how a project is built
// and deployed. Paths are relative to the root; sorted.
struct Tree {
  std::string root;
  std::vector<std::string> files;
  std::vector<DiscoveryProblem> problems;

  bool has(std::string_view path) const;
  bool has_directory(std::string_view path) const;  // that holds such a file, at any depth
};

// Left out: version control, virtual environments, installed packages, caches and build output that is no package.
// Links to directories are not followed: what they point to is met where it really is, or lies outside.
Tree walk(const FileSystem& files, const std::string& root);

}  // namespace mlint
