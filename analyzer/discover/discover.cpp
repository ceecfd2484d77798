#include <algorithm>
#include <array>
#include <set>

#include "analyzer/discover/apps.h"
#include "analyzer/discover/deploy.h"
#include "analyzer/discover/django_version.h"
#include "analyzer/discover/glob.h"
#include "analyzer/discover/path.h"
#include "analyzer/discover/project_roots.h"
#include "analyzer/discover/python_modules.h"
#include "analyzer/discover/settings.h"
#include "analyzer/discover/sql_directories.h"
#include "analyzer/discover/walk.h"
#include "analyzer/discover/workspace.h"

namespace mlint {
namespace {

constexpr std::string_view newest_django = "6.0";

// ---- one project

class ProjectReader {
 public:
  ProjectReader(const FileSystem& files, const Tree& tree, const Marker& marker, const Workspace& workspace,
                std::vector<std::string> own_files)
      : files_(files),
        tree_(tree),
        marker_(marker),
        workspace_(workspace),
        own_files_(std::move(own_files)),
        modules_(files, tree, marker.root.empty() ? "" : marker.root + "/", import_roots()) {}

  Project run(const std::string& settings_module, std::vector<DiscoveryProblem>& problems) {
    project_.root = path::join(tree_.root, marker_.root);
    project_.prefix = modules_.prefix();
    if (path::name(marker_.file) == "manage.py") {
      project_.manage_py = std::string(path::below(marker_.file, marker_.root).value_or(marker_.file));
    }
    for (const std::string& file : own_files_) {
      if (file.ends_with(".py")) python_files_.push_back(file);
    }
    find_settings(settings_module, problems);
    FoundApps found = find_apps(modules_, files_, python_files_, std::string(path::name(project_.root)),
                                has_settings_ ? &project_.settings : nullptr);
    project_.apps = std::move(found.apps);
    project_.duplicate_labels = std::move(found.duplicates);
    for (DiscoveryProblem& problem : found.problems) {
      problem.path = project_.prefix + problem.path;
      problems.push_back(std::move(problem));
    }
    project_.import_roots = modules_.roots();
    list_migrations();
    find_sql();
    project_.django = has_settings_ || !project_.manage_py.empty() || !project_.migration_files.empty();
    if (project_.django) {
      find_version();
      find_deployment();
    }
    return std::move(project_);
  }

 private:
  std::vector<std::string> import_roots() const {
    std::vector<std::string> roots = {""};
    const std::string source = path::join(marker_.root, "src");
    if (tree_.has_directory(source) && !tree_.has(source + "/__init__.py")) roots.emplace_back("src");
    for (const std::string& other : marker_.import_roots) {
      const std::string below(marker_.root.empty() ? other : path::below(other, marker_.root).value_or(""));
      if (std::find(roots.begin(), roots.end(), below) == roots.end()) roots.push_back(below);
    }
    return roots;
  }

  // ---- settings

  bool use_settings(const std::string& dotted) {
    const PythonModules::Loaded* module = modules_.load(dotted);
    if (module == nullptr) return false;
    DjangoSettings settings = read_settings(modules_, *module);
    const bool better = !has_settings_ || !settings.installed_apps.empty();
    if (better) project_.settings = std::move(settings);
    has_settings_ = true;
    return !project_.settings.installed_apps.empty();
  }

  bool use_settings_named_in(const std::string& file) {
    if (!modules_.has(file)) return false;
    const auto text = files_.read(path::join(project_.root, file), max_file_size);
    if (!text) return false;
    const std::vector<std::string> named = settings_modules_named_in(*text);
    return std::any_of(named.begin(), named.end(), [&](const std::string& it) { return use_settings(it); });
  }

  // Lower is better: a settings module that no other file names.
  static int rank(std::string_view file) {
    int rank = static_cast<int>(std::count(file.begin(), file.end(), '/')) * 10;
    for (std::string_view unlikely : {"test", "example", "demo", "template", "sandbox"}) {
      if (file.find(unlikely) != std::string_view::npos) rank += 100;
    }
    static constexpr std::array<std::string_view, 6> order = {"settings.py", "production.py", "prod.py",
                                                              "base.py",     "common.py",     "__init__.py"};
    const auto at = std::find(order.begin(), order.end(), path::name(file));
    if (is_called_settings(file)) rank += 50;
    return rank + static_cast<int>(at - order.begin());
  }

  // `settings_default.py`, `dev_settings.py`: of a library that brings settings for those who use it.
  static bool is_called_settings(std::string_view file) {
    const std::string stem(path::stem(path::name(file)));
    return (stem.starts_with("settings_") || stem.ends_with("_settings")) && stem.find("test") == std::string::npos;
  }

  std::vector<std::string> settings_candidates() const {
    std::vector<std::string> candidates;
    for (const std::string& file : python_files_) {
      const bool module = path::name(file) == "settings.py";
      const bool in_package = path::name(path::parent(file)) == "settings";
      const bool called = is_called_settings(file);
      if (!module && !in_package && !called) continue;
      const auto text = files_.read(path::join(project_.root, file), std::size_t{1} << 20);
      const std::string_view wanted = called ? "INSTALLED_APPS = " : "INSTALLED_APPS";
      if (text && text->find(wanted) != std::string::npos) candidates.push_back(file);
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    return candidates;
  }

  void find_settings(const std::string& asked, std::vector<DiscoveryProblem>& problems) {
    if (!asked.empty()) {
      if (use_settings(asked) || has_settings_) return;
      problems.push_back({DiscoveryProblem::Kind::settings, project_.prefix,
                          "the settings module `" + asked + "` is not found in the project"});
    }
    if (!marker_.settings.empty() && use_settings(marker_.settings)) return;
    for (const std::string& file : python_files_) {
      const std::string_view name = path::name(file);
      if ((name == "wsgi.py" || name == "asgi.py") && use_settings_named_in(file)) return;
    }
    for (const char* file : {"pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini"}) {
      if (use_settings_named_in(file)) return;
    }
    for (const std::string& file : settings_candidates()) {
      if (use_settings(modules_.dotted_of(file))) return;
    }
  }

  // ---- the rest

  // As Django's loader sees a module: not `_x`, `~x`, a package, or a name with a second dot.
  static bool is_migration_name(std::string_view name) {
    return name.ends_with(".py") && !name.starts_with('_') && !name.starts_with('~') &&
           name.find('.') == name.size() - 3;
  }

  void list_migrations() {
    for (const App& app : project_.apps) {
      if (app.migrations_directory.empty()) continue;
      const std::string prefix = app.migrations_directory + "/";
      for (auto at = std::lower_bound(python_files_.begin(), python_files_.end(), prefix);
           at != python_files_.end() && at->starts_with(prefix); ++at) {
        const std::string_view name = std::string_view(*at).substr(prefix.size());
        if (name.find('/') == std::string_view::npos && is_migration_name(name)) {
          project_.migration_files.push_back(*at);
        }
      }
    }
    std::sort(project_.migration_files.begin(), project_.migration_files.end());
  }

  void find_deployment() {
    FoundDeploy found = find_deploy(files_, tree_, project_.prefix);
    project_.migrate_calls = std::move(found.calls);
    project_.deploy = std::move(found.model);
    if (workspace_.config.deploy != DeployModel::unknown) {
      project_.deploy = {workspace_.config.deploy, workspace_.config.deploy_origin};
    }
  }

  void find_sql() {
    std::set<std::string> django;
    for (const App& app : project_.apps) django.insert(app.migrations_directory);
    django.erase("");
    std::vector<std::string> considered;
    for (const std::string& file : own_files_) {
      if (!workspace_.excluded(project_.prefix + file)) considered.push_back(file);
    }
    FoundSql found = find_sql_directories(files_, project_.root, considered, django);
    project_.sql_directories = std::move(found.directories);
    project_.other_sql_files = found.other_files;
  }

  void find_version() {
    if (!workspace_.config.django_version.empty()) {
      project_.django_version = {workspace_.config.django_version, workspace_.config.file};
      return;
    }
    std::vector<std::string> directories;
    const std::string& top = workspace_.repository.empty() ? workspace_.root : workspace_.repository;
    for (std::string at = project_.root;; at = std::string(path::parent(at))) {
      directories.push_back(at);
      if (at == top || at == "/" || at.empty() || at == ".") break;
    }
    project_.django_version = find_django_version(files_, directories, own_files_, workspace_.root);
    if (project_.django_version.value.empty()) {
      project_.django_version = {std::string(newest_django), "newest known: no requirement names a version"};
    }
  }

  const FileSystem& files_;
  const Tree& tree_;
  const Marker& marker_;
  const Workspace& workspace_;
  std::vector<std::string> own_files_, python_files_;
  PythonModules modules_;
  Project project_;
  bool has_settings_ = false;
};

void add_notes(Project& project) {
  const DjangoSettings& settings = project.settings;
  if (!project.django) return;
  if (settings.file.empty()) project.notes.push_back("no settings module was found: every app counts as installed");
  if (!settings.file.empty() && !settings.complete) {
    project.notes.push_back("`" + settings.file + "` could not be evaluated completely");
  }
}

// One for each marker; what no marker covers is one more project, with a marker of its own.
std::vector<Project> read_projects(const FileSystem& files, const Tree& tree, std::vector<Marker>& markers,
                                   const Workspace& workspace, const std::string& settings_module,
                                   std::vector<DiscoveryProblem>& problems) {
  const bool has_top = std::any_of(markers.begin(), markers.end(), [](const Marker& it) { return it.root.empty(); });
  if (!has_top) markers.insert(markers.begin(), Marker{});
  auto split = split_files(tree, markers);
  std::vector<Project> projects;
  for (std::size_t i = 0; i < markers.size(); ++i) {
    ProjectReader reader(files, tree, markers[i], workspace, std::move(split[i]));
    projects.push_back(reader.run(settings_module, problems));
  }
  return projects;
}

// Files in `versions/` beside an env.py: what `alembic revision` makes.
std::vector<std::string> alembic_revisions(const Tree& tree, const Workspace& workspace) {
  const std::set<std::string, std::less<>> all(tree.files.begin(), tree.files.end());
  std::vector<std::string> found;
  std::copy_if(tree.files.begin(), tree.files.end(), std::back_inserter(found), [&](const std::string& file) {
    const std::string_view directory = path::parent(file);
    return file.ends_with(".py") && path::name(file) != "__init__.py" && path::name(directory) == "versions" &&
           all.contains(path::join(path::parent(directory), "env.py")) && !workspace.excluded(file);
  });
  return found;
}

}  // namespace

const App* Project::app_of(std::string_view file) const {
  const std::string_view directory = path::parent(file);
  const auto found = std::find_if(apps.begin(), apps.end(), [&](const App& it) {
    return !it.migrations_directory.empty() && it.migrations_directory == directory;
  });
  return found == apps.end() ? nullptr : &*found;
}

const App* Project::app(std::string_view label) const {
  const auto found = std::find_if(apps.begin(), apps.end(), [&](const App& it) { return it.label == label; });
  return found == apps.end() ? nullptr : &*found;
}

std::optional<std::size_t> Workspace::project_of(std::string_view file) const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < projects.size(); ++i) {
    const std::string& prefix = projects[i].prefix;
    if (file.starts_with(prefix) && (!best || prefix.size() >= projects[*best].prefix.size())) best = i;
  }
  return best;
}

bool Workspace::excluded(std::string_view file) const {
  if (config.exclude.empty()) return false;
  const std::string full = path::join(root, file);
  return glob_excludes(config.exclude, path::below(full, config_root).value_or(file));
}

Workspace discover(const FileSystem& files, Workspace placed, const DiscoverOptions& options) {
  Workspace workspace = std::move(placed);
  const Tree tree = walk(files, workspace.root);
  std::copy_if(tree.files.begin(), tree.files.end(), std::back_inserter(workspace.files),
               [](const std::string& file) { return file.ends_with(".py") || file.ends_with(".sql"); });
  for (const DiscoveryProblem& problem : tree.problems) {
    if (!workspace.excluded(problem.path)) workspace.problems.push_back(problem);
  }
  std::vector<Marker> markers = find_markers(files, tree, workspace);
  const std::string& module =
      options.settings_module.empty() ? workspace.config.settings_module : options.settings_module;
  std::vector<DiscoveryProblem> problems;
  std::vector<Project> projects = read_projects(files, tree, markers, workspace, module, problems);
  if (widen(markers, tree, projects)) {
    problems.clear();
    projects = read_projects(files, tree, markers, workspace, module, problems);
  }
  workspace.problems.insert(workspace.problems.end(), problems.begin(), problems.end());
  for (std::size_t i = 0; i < projects.size(); ++i) {
    Project& project = projects[i];
    const bool empty = project.migration_files.empty() && project.sql_directories.empty();
    if (empty && markers[i].file.empty() && !(options.sql_named && markers[i].root.empty())) continue;
    add_notes(project);
    if (!options.django_version.empty()) project.django_version = {options.django_version, "--django-version"};
    workspace.projects.push_back(std::move(project));
  }
  workspace.alembic_revisions = alembic_revisions(tree, workspace);
  return workspace;
}

Result<Workspace> discover(const FileSystem& files, const DiscoverOptions& options) {
  Result<Workspace> placed = place_workspace(files, options);
  if (!placed) return placed;
  return discover(files, *std::move(placed), options);
}

}  // namespace mlint
