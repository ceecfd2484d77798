#include "cli/project.h"

#include <algorithm>

#include "analyzer/discover/path.h"
#include "analyzer/lint/run.h"

namespace mlint::cli {

DiscoverOptions discover_options(const ProjectOptions& options, const std::vector<std::string>& paths, bool sql_piped) {
  DiscoverOptions discover;
  discover.paths = paths;
  discover.sql_named = sql_piped || std::any_of(paths.begin(), paths.end(),
                                                [](const std::string& path) { return path.ends_with(".sql"); });
  discover.isolated = options.isolated;
  discover.config = options.config;
  discover.django_version = options.django_version;
  return discover;
}

Result<Workspace> open_workspace(const FileSystem& files, const ProjectOptions& options,
                                 const std::vector<std::string>& paths) {
  return discover(files, discover_options(options, paths));
}

Versions versions_of(const ProjectOptions& options, const Config& config) {
  Versions versions;
  if (!options.pg_versions.empty()) {
    versions.postgresql = options.pg_versions;
  } else if (!config.pg_versions.empty()) {
    versions.postgresql = config.pg_versions;
    versions.postgresql_origin = "from " + std::string(path::name(config.file));
  } else {
    versions.postgresql = {15};
    versions.postgresql_origin = "the default";
  }
  if (!options.django_version.empty()) {
    versions.django = parse_django_version(options.django_version);
    versions.django_origin = "--django-version";
  } else if (!config.django_version.empty()) {
    versions.django = parse_django_version(config.django_version);
    versions.django_origin = std::string(path::name(config.file));
  }
  return versions;
}

std::optional<std::string> in_workspace(const FileSystem& files, const Workspace& workspace, const std::string& path) {
  const std::string root = files.real_path(workspace.root);
  // The last part itself is not followed, unless it is a directory: a link to a migration is named by where it stands.
  const std::string parent = files.real_path(path::join(".", path::parent(path)));
  const std::string name(path::name(path));
  const bool directory = files.exists(path) && !files.size(path);
  const bool special = name.empty() || name == "." || name == ".." || directory;
  const std::string full = special ? files.real_path(path) : path::join(parent, name);
  const std::string normal = path::normal(full);
  const auto below = path::below(normal, path::normal(root));
  if (!below) return std::nullopt;
  return std::string(*below);
}

namespace {

std::string from(const std::string& directory, const std::string& target) {
  const std::string here = path::normal(directory);
  const std::string there = path::normal(target);
  std::string up;
  std::string common = here;
  while (true) {
    if (const auto below = path::below(there, common)) {
      const std::string down(*below);
      return up + down + (down.empty() ? "" : "/");
    }
    const std::string above(path::parent(common));
    if (above == common || above.empty()) return there == "/" ? there : there + "/";
    common = above;
    up += "../";
  }
}

}  // namespace

std::string terminal_prefix(const FileSystem& files, const Workspace& workspace) {
  return from(files.real_path("."), files.real_path(workspace.root));
}

std::string repository_prefix(const FileSystem& files, const Workspace& workspace) {
  if (workspace.repository.empty()) return {};
  const std::string prefix = from(files.real_path(workspace.repository), files.real_path(workspace.root));
  return prefix.starts_with("..") || path::is_absolute(prefix) ? std::string() : prefix;
}

}  // namespace mlint::cli
