#include "analyzer/discover/project_roots.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analyzer/discover/path.h"
#include "analyzer/discover/settings.h"

namespace mlint {
namespace {

std::string module_path(const std::string& directory, const std::string& dotted) {
  std::string slashed = dotted;
  std::replace(slashed.begin(), slashed.end(), '.', '/');
  return path::join(directory, slashed);
}

bool module_exists(const Tree& tree, const std::string& directory, const std::string& dotted) {
  const std::string base = module_path(directory, dotted);
  return tree.has(base + ".py") || tree.has(base + "/__init__.py");
}

// A manage.py inside of a package names no settings: the configuration of a test runner above may, and a module that is
// imported from above the package tells where that is.
std::string root_of_package(const FileSystem& files, const Tree& tree, std::string_view directory) {
  static constexpr std::array names = {"pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini"};
  if (!tree.has(path::join(directory, "__init__.py"))) return std::string(directory);
  for (std::string_view at = directory;; at = path::parent(at)) {
    for (const std::string_view name : names) {
      const auto text = files.read(path::join(tree.root, path::join(at, name)), max_file_size);
      if (!text) continue;
      for (const std::string& dotted : settings_modules_named_in(*text)) {
        for (std::string_view root = directory; !root.empty();) {
          root = path::parent(root);
          if (module_exists(tree, std::string(root), dotted)) return std::string(root);
        }
      }
    }
    if (at.empty()) return std::string(directory);
  }
}

// The project's root is the directory from which its settings module can be imported: where manage.py stands, or
// above it (a test project inside the package it tests).
std::optional<Marker> marker_in(const FileSystem& files, const Tree& tree, const std::string& file) {
  const auto text = files.read(path::join(tree.root, file), max_file_size);
  if (!text) return std::nullopt;
  for (const std::string& dotted : settings_modules_named_in(*text)) {
    for (std::string directory(path::parent(file));; directory = std::string(path::parent(directory))) {
      if (module_exists(tree, directory, dotted)) return Marker{directory, file, dotted};
      if (directory.empty()) break;
    }
  }
  const bool manages_django = path::name(file) == "manage.py" && text->find("django") != std::string::npos &&
                              text->find("{{") == std::string::npos;
  if (!manages_django) return std::nullopt;
  return Marker{root_of_package(files, tree, path::parent(file)), file, ""};
}

// "shop.apps.ShopConfig" may be the app `shop`.
std::vector<std::string> packages_of(const std::string& entry) {
  std::vector<std::string> names = {entry};
  for (int parts = 0; parts < 2; ++parts) {
    const std::size_t dot = names.back().rfind('.');
    if (dot == std::string::npos) break;
    names.push_back(names.back().substr(0, dot));
  }
  return names;
}

bool holds(const Project& project, const std::string& entry) {
  return std::any_of(project.apps.begin(), project.apps.end(), [&](const App& app) {
    return !app.module.empty() && (entry == app.module || entry.starts_with(app.module + "."));
  });
}

std::string common_parent(std::string_view a, std::string_view b) {
  while (!a.empty() && !path::below(b, a)) a = path::parent(a);
  return std::string(a);
}

// What the module of a file is called where it is imported.
std::string dotted_in(const Project& project, std::string_view file) {
  std::string_view rest = file;
  for (const std::string& root : project.import_roots) {
    const auto below = root.empty() ? std::nullopt : path::below(file, root);
    if (below && below->size() < rest.size()) rest = *below;
  }
  std::string dotted(rest.substr(0, rest.rfind(".py")));
  if (dotted.ends_with("/__init__")) dotted.resize(dotted.size() - 9);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  return dotted;
}

class Widening {
 public:
  Widening(const Tree& tree, const std::vector<Marker>& markers) : markers_(markers) {
    constexpr std::string_view package = "/migrations/__init__.py";
    for (const std::string& file : tree.files)
      if (file.ends_with(package)) apps_.push_back(std::string_view(file).substr(0, file.size() - package.size()));
  }

  // The directory of the one app of this name that no project with a marker of its own holds.
  std::string outside(const std::string& dotted) const {
    std::string wanted = "/" + dotted;
    std::replace(wanted.begin(), wanted.end(), '.', '/');
    std::string found;
    for (const std::string_view app : apps_) {
      if (!app.ends_with(wanted) && app != std::string_view(wanted).substr(1)) continue;
      const bool taken = std::any_of(markers_.begin(), markers_.end(), [&](const Marker& marker) {
        return !marker.root.empty() && path::below(app, marker.root);
      });
      if (taken) continue;
      if (!found.empty()) return {};
      found = app;
    }
    return found;
  }

 private:
  const std::vector<Marker>& markers_;
  std::vector<std::string_view> apps_;
};

}  // namespace

std::vector<Marker> find_markers(const FileSystem& files, const Tree& tree, const Workspace& workspace) {
  std::vector<Marker> markers;
  const auto add = [&](const std::string& file, bool only_outside) {
    auto marker = marker_in(files, tree, file);
    if (!marker) return;
    const bool known = std::any_of(markers.begin(), markers.end(), [&](const Marker& it) {
      return it.root == marker->root || (only_outside && path::below(marker->root, it.root));
    });
    if (!known) markers.push_back(*std::move(marker));
  };
  std::vector<std::string> manage, gateways;
  for (const std::string& file : tree.files) {
    if (workspace.excluded(file)) continue;
    const std::string_view name = path::name(file);
    if (name == "manage.py") manage.push_back(file);
    if (name == "wsgi.py" || name == "asgi.py") gateways.push_back(file);
  }
  const auto shallow_first = [](const std::string& a, const std::string& b) {
    const auto depth = [](const std::string& it) { return std::count(it.begin(), it.end(), '/'); };
    return depth(a) < depth(b);
  };
  std::stable_sort(manage.begin(), manage.end(), shallow_first);
  for (const std::string& file : manage) add(file, false);
  for (const std::string& file : gateways) add(file, true);
  std::sort(markers.begin(), markers.end(), [](const Marker& a, const Marker& b) { return a.root < b.root; });
  return markers;
}

bool widen(std::vector<Marker>& markers, const Tree& tree, const std::vector<Project>& projects) {
  const Widening widening(tree, markers);
  std::map<std::string, std::set<std::size_t>> claims;                      // by directory of an app
  std::vector<std::map<std::string, std::string>> reached(markers.size());  // … and the root that it is imported from
  for (std::size_t i = 0; i < markers.size() && i < projects.size(); ++i) {
    if (markers[i].root.empty() || projects[i].settings.file.empty()) continue;
    for (const std::string& entry : projects[i].settings.installed_apps) {
      if (holds(projects[i], entry)) continue;
      for (const std::string& package : packages_of(entry)) {
        const std::string app = widening.outside(package);
        if (app.empty()) continue;
        claims[app].insert(i);
        reached[i].emplace(app, app.substr(0, app.size() - std::min(app.size(), package.size() + 1)));
        break;
      }
    }
  }
  bool changed = false;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    std::erase_if(reached[i], [&](const auto& app) { return claims[app.first].size() > 1; });
    if (reached[i].empty()) continue;
    Marker& marker = markers[i];
    std::string root = marker.root;
    for (const auto& [app, from] : reached[i]) root = common_parent(root, app);
    const bool taken = std::any_of(markers.begin(), markers.end(),
                                   [&](const Marker& it) { return it.root == root && !it.file.empty(); });
    if (taken) continue;
    marker.settings = dotted_in(projects[i], projects[i].settings.file);
    for (const std::string& from : projects[i].import_roots)
      marker.import_roots.push_back(path::join(marker.root, from));
    for (const auto& [app, from] : reached[i]) marker.import_roots.push_back(from);
    marker.root = root;
    changed = true;
  }
  // What no marker covered is this project's then.
  const auto top = std::find_if(markers.begin(), markers.end(), [](const Marker& it) { return it.root.empty(); });
  const auto at_top = std::count_if(markers.begin(), markers.end(), [](const Marker& it) { return it.root.empty(); });
  if (at_top > 1 && top->file.empty()) markers.erase(top);
  std::sort(markers.begin(), markers.end(), [](const Marker& a, const Marker& b) { return a.root < b.root; });
  return changed;
}

std::vector<std::vector<std::string>> split_files(const Tree& tree, const std::vector<Marker>& markers) {
  std::vector<std::vector<std::string>> split(markers.size());
  for (const std::string& file : tree.files) {
    std::size_t best = markers.size();
    for (std::size_t i = 0; i < markers.size(); ++i) {
      const bool holds = markers[i].root.empty() || path::below(file, markers[i].root).has_value();
      if (holds && (best == markers.size() || markers[i].root.size() >= markers[best].root.size())) best = i;
    }
    if (best == markers.size()) continue;
    split[best].emplace_back(*path::below(file, markers[best].root));
  }
  return split;
}

}  // namespace mlint
