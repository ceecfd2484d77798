#include "analyzer/discover/project_roots.h"

#include <algorithm>

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
  return manages_django ? std::optional(Marker{std::string(path::parent(file)), file, ""}) : std::nullopt;
}

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
