#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/discover/walk.h"
#include "parsers/python/module.h"

namespace mlint {

// The project's own modules, found by dotted name and evaluated at the first question. Names that a module takes from
// another one of the project are followed, `from .base import *` included.
class PythonModules {
 public:
  // `prefix` is the project's root under the tree's root; `roots`, relative to the project's root, are searched in
  // order.
  PythonModules(const FileSystem& files, const Tree& tree, std::string prefix, std::vector<std::string> roots);
  ~PythonModules();

  struct Loaded {
    std::string path;  // relative to the project root
    std::string source;
    py::Module module;
  };

  // Null: outside the project, absent, unreadable, no text, or asked for while it is being read (an import cycle).
  const Loaded* load(std::string_view dotted);
  const Loaded* load_file(const std::string& path);
  // The last binding of a module-level name, through `import *` and `from x import name`.
  const py::Value* value(const Loaded& module, std::string_view name, int depth = 0);
  // The module-level names that value() finds.
  void add_names(const Loaded& module, std::set<std::string>& into);

  // File of a module: "a/b.py" or "a/b/__init__.py".
  std::optional<std::string> file_of(std::string_view dotted) const;
  // Directory of a package, with or without __init__.py.
  std::optional<std::string> directory_of(std::string_view dotted) const;
  // Absolute dotted name of what `dotted` (perhaps relative) means inside the file.
  std::string absolute(std::string_view dotted, std::string_view from) const;
  // Dotted name of a directory or file, by the innermost import root that holds it.
  std::string dotted_of(std::string_view path) const;

  const Tree& tree() const { return tree_; }
  const std::string& prefix() const { return prefix_; }
  void add_root(std::string root);
  const std::vector<std::string>& roots() const { return roots_; }
  bool has(std::string_view path) const;            // relative to the project root
  bool has_directory(std::string_view path) const;  // relative to the project root

 private:
  struct Asking;
  static const py::Value* resolve(const void* context, std::string_view dotted);
  std::string in_tree(std::string_view path) const;

  const FileSystem& files_;
  const Tree& tree_;
  std::string prefix_;
  std::vector<std::string> roots_;
  std::map<std::string, std::unique_ptr<Loaded>, std::less<>> loaded_;  // null: cannot be read, or being read
  int depth_ = 0;
};

}  // namespace mlint
