#pragma once

#include <string>
#include <vector>

#include "analyzer/discover/walk.h"
#include "analyzer/discover/workspace.h"

// Where Django projects begin: several may stand in one repository.
namespace mlint {

struct Marker {
  std::string root;                            // of the project, relative to the tree: "" or "backend"
  std::string file;                            // manage.py, wsgi.py …, relative to the tree
  std::string settings;                        // dotted; empty: named by nothing
  std::vector<std::string> import_roots = {};  // besides `root`, relative to the tree
};

// By root.
std::vector<Marker> find_markers(const FileSystem& files, const Tree& tree, const Workspace& workspace);
// Reaches out to the apps that a project installs and that stand outside of its root, in no other project: they are its
// own, wherever they lie. True when a marker was changed. `projects`: what was found with the markers.
bool widen(std::vector<Marker>& markers, const Tree& tree, const std::vector<Project>& projects);
// Files of the tree by the innermost project that holds them, relative to its root.
std::vector<std::vector<std::string>> split_files(const Tree& tree, const std::vector<Marker>& markers);

}  // namespace mlint
