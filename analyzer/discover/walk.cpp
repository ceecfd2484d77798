#include "analyzer/discover/walk.h"

#include <algorithm>
#include <array>

#include "analyzer/discover/path.h"

namespace mlint {
namespace {

constexpr std::size_t max_depth = 100;

template <std::size_t Size>
bool one_of(const std::array<std::string_view, Size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Directories that never hold the project's own migrations, whatever is in them.
bool never_entered(std::string_view name) {
  static constexpr std::array<std::string_view, 10> names = {
      "node_modules",   "__pycache__",   "site-packages", "dist-packages", "bower_components",
      "__pypackages__", "jspm_packages", "htmlcov",       "__MACOSX",      "lost+found"};
  return name.starts_with('.') || name.ends_with(".egg-info") || one_of(names, name);
}

// Build output and translations (a directory for each language of each app: four fifths of all of Wagtail's), unless it
// is a Python package: there are Django apps named `build`.
bool holds_no_code(std::string_view name) {
  static constexpr std::array<std::string_view, 6> names = {"build", "dist", "target", "out", "_build", "locale"};
  return one_of(names, name);
}

bool entered(std::string_view name, const std::vector<FileSystem::Entry>& inside) {
  bool package = false;
  for (const FileSystem::Entry& entry : inside) {
    if (entry.name == "pyvenv.cfg" || entry.name == "CACHEDIR.TAG") return false;
    package = package || entry.name == "__init__.py" || entry.name == "apps.py" || entry.name == "migrations";
  }
  return package || !holds_no_code(name);
}

bool interesting(std::string_view name) {
  static constexpr std::array<std::string_view, 11> extensions = {".py", ".sql",  ".toml", ".cfg",  ".ini", ".txt",
                                                                  ".in", ".lock", ".yml",  ".yaml", ".sh"};
  static constexpr std::array<std::string_view, 7> names = {"go.mod",        "Procfile", "Pipfile",   "app.json",
                                                            "_journal.json", "Makefile", "entrypoint"};
  for (std::string_view extension : extensions) {
    if (name.ends_with(extension)) return true;
  }
  return one_of(names, name) || name.find("ockerfile") != std::string_view::npos ||
         name.find("entrypoint") != std::string_view::npos || name == "Pipfile.lock";
}

bool refers_outside(const FileSystem& files, const std::string& root, const std::string& link) {
  return !path::below(files.real_path(link), files.real_path(root)).has_value();
}

class Walker {
 public:
  Walker(const FileSystem& files, Tree& tree) : files_(files), tree_(tree) {}

  void run() {
    pending_.push_back({"", 0});
    while (!pending_.empty()) {
      const Pending next = std::move(pending_.back());
      pending_.pop_back();
      enter(next);
    }
    std::sort(tree_.files.begin(), tree_.files.end());
  }

 private:
  struct Pending {
    std::string path;
    std::size_t depth;
  };

  void problem(DiscoveryProblem::Kind kind, std::string path, std::string message) {
    tree_.problems.push_back({kind, std::move(path), std::move(message)});
  }

  void enter(const Pending& directory) {
    const auto entries = files_.list(path::join(tree_.root, directory.path));
    if (!entries) {
      problem(DiscoveryProblem::Kind::unreadable, directory.path, entries.error().message);
      return;
    }
    if (!directory.path.empty() && !entered(path::name(directory.path), *entries)) return;
    for (const FileSystem::Entry& entry : *entries) {
      std::string path = directory.path.empty() ? entry.name : directory.path + '/' + entry.name;
      if (entry.directory) {
        add_directory(entry, std::move(path), directory.depth + 1);
      } else if (interesting(entry.name)) {
        tree_.files.push_back(std::move(path));
      }
    }
  }

  void add_directory(const FileSystem::Entry& entry, std::string path, std::size_t depth) {
    if (never_entered(entry.name)) return;
    if (entry.link) {
      if (refers_outside(files_, tree_.root, path::join(tree_.root, path))) {
        problem(DiscoveryProblem::Kind::outside_link, path, "link to a directory outside the project is not followed");
      }
      return;
    }
    if (depth > max_depth) {
      problem(DiscoveryProblem::Kind::too_deep, path, "directories nested too deep are not read");
      return;
    }
    pending_.push_back({std::move(path), depth});
  }

  const FileSystem& files_;
  Tree& tree_;
  std::vector<Pending> pending_;
};

}  // namespace

Tree walk(const FileSystem& files, const std::string& root) {
  Tree tree;
  tree.root = root;
  Walker(files, tree).run();
  return tree;
}

bool Tree::has(std::string_view path) const { return std::binary_search(files.begin(), files.end(), path); }

bool Tree::has_directory(std::string_view path) const {
  const std::string prefix = std::string(path) + '/';
  const auto at = std::lower_bound(files.begin(), files.end(), prefix);
  return path.empty() || (at != files.end() && at->starts_with(prefix));
}

}  // namespace mlint
