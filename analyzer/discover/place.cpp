#include <algorithm>
#include <array>

#include "analyzer/discover/path.h"
#include "analyzer/discover/workspace.h"

namespace mlint {
namespace {

struct Place {
  std::string directory;   // absolute
  std::string repository;  // with .git, at or above it; empty: none
  std::string root;
};

std::string repository_of(const FileSystem& files, std::string directory) {
  for (;;) {
    if (files.exists(path::join(directory, ".git"))) return directory;
    if (directory == "/" || directory.empty() || directory == ".") return {};
    directory = std::string(path::parent(directory));
  }
}

bool is_root(const FileSystem& files, const std::string& directory) {
  static constexpr std::array<std::string_view, 3> names = {"manage.py", "mlint.toml", ".mlint.toml"};
  const bool marked = std::any_of(names.begin(), names.end(),
                                  [&](std::string_view name) { return files.exists(path::join(directory, name)); });
  if (marked) return true;
  const auto text = files.read(path::join(directory, "pyproject.toml"), max_file_size);
  return text && text->find("[tool.mlint") != std::string::npos;
}

// Where nothing marks a root: the directory given. A migration needs its app around it: the working directory, where
// that is above, else the directory of the app. "/", where containers start, is no project: all of it would be walked.
std::string unmarked_root(const FileSystem& files, const std::string& asked, const std::string& directory) {
  if (path::name(directory) != "migrations" || asked.ends_with(".sql")) return directory;
  const std::string here = files.real_path(".");
  const bool above = here != "/" && directory != here && path::below(directory, here);
  return above ? here : std::string(path::parent(directory));
}

Result<Place> place_of(const FileSystem& files, const std::string& asked) {
  if (!files.exists(asked)) return Error{"`" + asked + "` does not exist"};
  Place place;
  place.directory = files.real_path(asked);
  if (files.size(asked)) place.directory = std::string(path::parent(place.directory));
  if (place.directory.empty()) place.directory = ".";
  place.repository = repository_of(files, place.directory);
  const std::string& top = place.repository;
  for (std::string at = place.directory;;) {
    if (is_root(files, at)) {
      place.root = at;
      return place;
    }
    if (at == top || at == "/" || at.empty() || at == ".") break;
    at = std::string(path::parent(at));
  }
  place.root = top.empty() ? unmarked_root(files, asked, place.directory) : top;
  return place;
}

std::string common_directory(std::string left, const std::string& right) {
  while (!path::below(right, left)) {
    if (left == "/" || left.empty()) return "/";
    left = std::string(path::parent(left));
  }
  return left;
}

Result<Config> config_of(const FileSystem& files, const DiscoverOptions& options, const std::string& from,
                         const std::string& top) {
  if (options.config.empty()) return options.isolated ? Result<Config>(Config{}) : find_config(files, from, top);
  const Result<std::string> text = files.read(options.config, max_file_size);
  if (!text) return text.error();
  return read_config(*text, options.config);
}

}  // namespace

Result<Workspace> place_workspace(const FileSystem& files, const DiscoverOptions& options) {
  Workspace workspace;
  std::vector<std::string> paths = options.paths;
  if (paths.empty()) paths.emplace_back(".");
  std::string first_directory;
  for (const std::string& asked : paths) {
    const auto place = place_of(files, asked);
    if (!place) return place.error();
    if (first_directory.empty()) {
      first_directory = place->directory;
      workspace.root = place->root;
      workspace.repository = place->repository;
    } else if (workspace.root != place->root) {
      const bool same = !place->repository.empty() && place->repository == workspace.repository;
      workspace.root = same ? place->repository : common_directory(workspace.root, place->root);
      if (!same) workspace.repository.clear();
    }
  }
  const std::string& top = workspace.repository.empty() ? workspace.root : workspace.repository;
  Result<Config> config = config_of(files, options, first_directory, top);
  if (!config) return config.error();
  workspace.config = *std::move(config);
  const std::string& named = options.config;
  workspace.config_root = std::string(path::parent(named.empty() ? workspace.config.file : files.real_path(named)));
  return workspace;
}

}  // namespace mlint
