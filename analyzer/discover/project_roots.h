#pragma once

#include <string>
#include <vector>

#include "analyzer/discover/walk.h"
#include "analyzer/discover/workspace.h"

// Where Django projects begin: several may stand in one repository.
namespace mlint {

struct Marker {
  std::string root;      // of the project, relative to the tree: "" or "backend"
  std::string file;      // manage.py, wsgi.py …, relative to the tree
  std::string settings;  // dotted; empty: named by nothing
};

// By root.
std::vector<Marker> find_markers(const FileSystem& files, const Tree& tree, const Workspace& workspace);
// Files of the tree by the innermost project that holds them, relative to its root.
std::vector<std::vector<std::string>> split_files(const Tree& tree, const std::vector<Marker>& markers);

}  // namespace mlint
