#include "analyzer/discover/apps.h"

#include <algorithm>
#include <set>

#include "analyzer/discover/path.h"

namespace mlint {
namespace {

// What a class in apps.py (or named in INSTALLED_APPS) says.
struct AppConfig {
  std::string dotted;
  std::string name, label;
  bool label_known = true;  // false: the AppConfig of a package, which this one extends, may say another
  std::optional<bool> is_default;
};

std::string last_part(std::string_view dotted) { return std::string(dotted.substr(dotted.rfind('.') + 1)); }

class Finder {
 public:
  Finder(PythonModules& modules, const FileSystem& files, const std::vector<std::string>& python_files,
         std::string root_name, const DjangoSettings* settings)
      : modules_(modules),
        files_(files),
        python_files_(python_files),
        root_name_(std::move(root_name)),
        settings_(settings) {
    for (const std::string_view file : python_files_) {
      for (std::string_view at = path::parent(file); !at.empty(); at = path::parent(at)) {
        if (!directories_.insert(at).second) break;
      }
    }
  }

  FoundApps run() {
    if (settings_ != nullptr) {
      for (const std::string& entry : settings_->installed_apps) add_installed(entry);
      add_listed_only(settings_->shared_apps);
      add_listed_only(settings_->tenant_apps);
    }
    add_migrations_directories();
    for (App& app : found_.apps) app.test_only = is_test_only(app);
    leave_out_forks();
    settle_labels();
    std::sort(found_.apps.begin(), found_.apps.end(), [](const App& a, const App& b) {
      return std::tie(a.label, a.directory) < std::tie(b.label, b.directory);
    });
    return std::move(found_);
  }

 private:
  // ---- AppConfig classes

  // A base class may stand in another module of the project.
  std::pair<const PythonModules::Loaded*, const py::Class*> base_of(const PythonModules::Loaded& holder,
                                                                    const py::Value& base) const {
    const std::string dotted(py::dotted_name(base));
    if (const py::Class* local = holder.module.find_class(dotted)) return {&holder, local};
    const std::string full = modules_.absolute(dotted, holder.path);
    const std::size_t dot = full.rfind('.');
    const PythonModules::Loaded* other =
        dot == std::string::npos ? nullptr : modules_.load(std::string_view(full).substr(0, dot));
    if (other == nullptr) return {nullptr, nullptr};
    return {other, other->module.find_class(std::string_view(full).substr(dot + 1))};
  }

  std::string text_of(const PythonModules::Loaded& holder, const py::Class& of, std::string_view name,
                      int depth = 0) const {
    if (const py::Value* value = of.find(name)) {
      const auto* text = value->as<py::String>();
      return text == nullptr ? "" : text->text;
    }
    for (const py::Value& base : of.bases) {
      const auto [module, found] = base_of(holder, base);
      if (found == nullptr || found == &of || depth > 5) continue;
      if (std::string text = text_of(*module, *found, name, depth + 1); !text.empty()) return text;
    }
    return {};
  }

  // One of its bases is a class of a package.
  bool leaves_project(const PythonModules::Loaded& holder, const py::Class& of, int depth = 0) const {
    return std::any_of(of.bases.begin(), of.bases.end(), [&](const py::Value& base) {
      if (modules_.absolute(py::dotted_name(base), holder.path).starts_with("django.apps.")) return false;
      const auto [module, found] = base_of(holder, base);
      return found == nullptr || (found != &of && depth < 5 && leaves_project(*module, *found, depth + 1));
    });
  }

  std::optional<AppConfig> config_of(const PythonModules::Loaded& holder, const py::Class& of) const {
    AppConfig config;
    config.name = text_of(holder, of, "name");
    if (config.name.empty()) return std::nullopt;
    config.label = text_of(holder, of, "label");
    config.label_known = !config.label.empty() || !leaves_project(holder, of);
    config.dotted = modules_.dotted_of(holder.path) + "." + of.name;
    if (const py::Value* value = of.find("default")) {
      if (const auto* flag = value->as<py::Boolean>()) config.is_default = flag->value;
    }
    return config;
  }

  // The class that Django takes when only the package is named: the one that says default = True, else the only one.
  std::optional<AppConfig> default_config(const std::string& directory) {
    // Before Django 3.2 and in plugins that name their class by `default_app_config`, it may stand in the package.
    const PythonModules::Loaded* holder = nullptr;
    for (const std::string_view name : {"apps.py", "__init__.py"}) {
      const std::string file = path::join(directory, name);
      if (holder == nullptr && modules_.has(file)) holder = modules_.load_file(file);
    }
    if (holder == nullptr) return std::nullopt;
    if (const py::Value* named = holder->module.find("default_app_config"))
      if (const auto* text = named->as<py::String>()) return named_config(text->text);
    std::vector<AppConfig> candidates;
    for (const py::Class& it : holder->module.classes) {
      auto config = config_of(*holder, it);
      if (!config || it.bases.empty()) continue;
      if (config->is_default == true) return config;
      if (config->is_default != false) candidates.push_back(*std::move(config));
    }
    if (candidates.size() == 1) return candidates.front();
    return std::nullopt;
  }

  std::optional<AppConfig> named_config(const std::string& dotted, int depth = 0) {
    const std::size_t dot = dotted.rfind('.');
    if (dot == std::string::npos || depth > 3) return std::nullopt;
    const PythonModules::Loaded* holder = modules_.load(std::string_view(dotted).substr(0, dot));
    if (holder == nullptr) return std::nullopt;
    const std::string name = dotted.substr(dot + 1);
    if (const py::Class* it = holder->module.find_class(name)) return config_of(*holder, *it);
    for (const py::Import& import : holder->module.imports) {
      if (import.name == name) return named_config(modules_.absolute(import.dotted, holder->path), depth + 1);
    }
    return std::nullopt;
  }

  // ---- entries of INSTALLED_APPS

  // A package that is found nowhere may lie below a directory that the project puts on sys.path.
  std::optional<std::string> found_by_suffix(const std::string& dotted) const {
    std::string wanted = "/" + dotted;
    std::replace(wanted.begin(), wanted.end(), '.', '/');
    std::vector<std::string_view> found;
    for (const std::string_view directory : directories_) {
      const std::string it(directory.ends_with(wanted) ? directory : std::string_view());
      if (!it.empty() && (modules_.has(it + "/apps.py") || modules_.has(it + "/models.py") ||
                          modules_.has_directory(it + "/migrations")))
        found.push_back(directory);
    }
    return found.size() == 1 ? std::optional(std::string(found.front())) : std::nullopt;
  }

  std::optional<std::string> directory_of(const std::string& dotted) {
    if (auto found = modules_.directory_of(dotted)) return found;
    auto found = found_by_suffix(dotted);
    if (found) {
      const std::size_t length = dotted.size() + 1;
      if (found->size() > length) modules_.add_root(found->substr(0, found->size() - length));
    }
    return found;
  }

  std::optional<App> app_named(const std::string& entry) {
    App app;
    if (auto directory = directory_of(entry)) {
      app.directory = *directory;
      app.module = entry;
      if (const auto config = default_config(*directory)) {
        app.config_class = config->dotted;
        app.label = config->label;
        if (!config->label_known) guessed_.insert(app.directory);
      }
    } else {
      auto config = named_config(entry);
      const std::size_t dot = entry.rfind('.');
      if (!config && dot != std::string::npos && found_by_suffix(first_packages(entry))) {
        directory_of(first_packages(entry));
        config = named_config(entry);
      }
      if (!config) return std::nullopt;
      const auto directory_named = directory_of(config->name);
      if (!directory_named) return std::nullopt;
      app.directory = *directory_named;
      app.module = config->name;
      app.config_class = config->dotted;
      app.label = config->label;
      if (!config->label_known) guessed_.insert(app.directory);
    }
    if (app.label.empty()) app.label = last_part(app.module);
    return app;
  }

  // "ventas.apps.VentasConfig" -> "ventas"
  static std::string first_packages(const std::string& entry) {
    std::string module = entry.substr(0, entry.rfind('.'));
    const std::size_t dot = module.rfind('.');
    return dot == std::string::npos ? module : module.substr(0, dot);
  }

  App* known(const std::string& directory) {
    for (App& app : found_.apps) {
      if (app.directory == directory) return &app;
    }
    return nullptr;
  }

  void add_installed(const std::string& entry) {
    auto app = app_named(entry);
    if (!app) return;
    if (App* already = known(app->directory)) {
      mark(*already, entry);
      return;
    }
    add_migrations(*app);
    mark(*app, entry);
    found_.apps.push_back(*std::move(app));
  }

  // Tenant and shared apps normally make up INSTALLED_APPS; where that could not be evaluated they still count.
  void add_listed_only(const std::optional<std::vector<std::string>>& entries) {
    if (!entries) return;
    for (const std::string& entry : *entries) add_installed(entry);
  }

  void mark(App& app, const std::string& entry) const {
    const auto lists = [&](const std::optional<std::vector<std::string>>& entries) {
      return std::any_of(entries->begin(), entries->end(), [&](const std::string& it) {
        return it == entry || it == app.module || it == app.config_class;
      });
    };
    if (settings_->shared_apps) app.shared = app.shared.value_or(false) || lists(settings_->shared_apps);
    if (settings_->tenant_apps) app.tenant = app.tenant.value_or(false) || lists(settings_->tenant_apps);
  }

  // ---- migrations

  void add_migrations(App& app) {
    std::string directory = path::join(app.directory, "migrations");
    if (settings_ != nullptr) {
      const auto configured = settings_->migration_modules.find(app.label);
      if (configured != settings_->migration_modules.end()) {
        if (!configured->second) {
          taken_.insert(directory);
          return;
        }
        directory = modules_.directory_of(*configured->second).value_or("");
      }
    }
    if (!directory.empty()) use(app, directory);
  }

  void use(App& app, const std::string& directory) {
    const std::vector<std::string> names = python_names(directory);
    const bool package = std::find(names.begin(), names.end(), "__init__.py") != names.end();
    if (names.empty() || (!package && !holds_migration(directory, names))) return;
    taken_.insert(directory);
    app.migrations_directory = directory;
    app.migrations_package = package;
    if (!package) {
      found_.problems.push_back({DiscoveryProblem::Kind::not_a_package, directory,
                                 "`" + directory + "` has no `__init__.py`: Django does not see its migrations"});
    }
  }

  std::vector<std::string> python_names(const std::string& directory) const {
    const std::string prefix = directory + "/";
    std::vector<std::string> names;
    for (auto at = std::lower_bound(python_files_.begin(), python_files_.end(), prefix);
         at != python_files_.end() && at->starts_with(prefix); ++at) {
      if (at->find('/', prefix.size()) == std::string::npos) names.push_back(at->substr(prefix.size()));
    }
    return names;
  }

  // Other packages are called `migrations` too (Alembic's, helpers): one file must define a Migration.
  bool holds_migration(const std::string& directory, const std::vector<std::string>& names) const {
    constexpr std::size_t enough = 40;
    std::size_t asked = 0;
    for (const std::string& name : names) {
      if (name == "__init__.py" || name.starts_with('_') || name.starts_with('~')) continue;
      if (++asked > enough) break;
      const auto text =
          files_.read(path::join(path::join(modules_.tree().root, modules_.prefix() + directory), name), max_file_size);
      // What cannot be read must not vanish: its name decides.
      if (!text && name[0] >= '0' && name[0] <= '9') return true;
      if (text && text->find("class Migration") != std::string::npos) return true;
      if (text && text->find("migrations.Migration") != std::string::npos) return true;
    }
    return false;
  }

  void add_migrations_directories() {
    std::set<std::string> directories;
    for (const std::string& file : python_files_) {
      const std::string_view directory = path::parent(file);
      if (path::name(directory) == "migrations") directories.emplace(directory);
    }
    for (const std::string& directory : directories) {
      if (taken_.contains(directory)) continue;
      const std::string parent(path::parent(directory));
      if (App* app = known(parent)) {
        // MIGRATION_MODULES points elsewhere: what is left in the old place is not what Django runs.
        if (!app->migrations_directory.empty() || configured(app->label)) continue;
      }
      if (!holds_migration(directory, python_names(directory))) continue;
      add_uninstalled(parent, directory);
    }
  }

  bool configured(const std::string& label) const {
    return settings_ != nullptr && settings_->migration_modules.contains(label);
  }

  void add_uninstalled(const std::string& directory, const std::string& migrations) {
    App app;
    app.directory = directory;
    app.module = directory.empty() ? "" : modules_.dotted_of(directory);
    if (const auto config = default_config(directory)) {
      app.config_class = config->dotted;
      app.label = config->label.empty() ? last_part(config->name) : config->label;
      app.module = config->name;
    }
    if (app.label.empty()) app.label = directory.empty() ? root_name_ : std::string(path::name(directory));
    app.installed = settings_ == nullptr || !settings_->complete || settings_->installed_apps.empty();
    use(app, migrations);
    found_.apps.push_back(std::move(app));
  }

  // ---- labels

  // Two installed apps of one label: Django refuses to start. Others are told apart by their module.
  void settle_labels() {
    std::map<std::string, std::vector<App*>> by_label;
    for (App& app : found_.apps) by_label[app.label].push_back(&app);
    for (auto& [label, apps] : by_label) {
      if (apps.size() < 2) continue;
      DuplicateLabel duplicate{label, {}, false};
      std::size_t named = 0;
      for (const App* app : apps) {
        duplicate.directories.push_back(app->directory);
        const bool sure = !guessed_.contains(app->directory);
        named += settings_ != nullptr && sure && named_in_settings(*app) ? 1U : 0U;
      }
      duplicate.installed = named > 1;
      found_.duplicates.push_back(duplicate);
      bool first = true;
      std::stable_sort(apps.begin(), apps.end(), [&](const App* a, const App* b) {
        return settings_ != nullptr && named_in_settings(*a) && !named_in_settings(*b);
      });
      for (App* app : apps) {
        if (!first && !app->module.empty() && app->module != app->label) app->label = app->module;
        first = false;
      }
    }
  }

  // `wagtail.test.testapp`, `ralph.tests`: what only the settings of a test run install has tables in test databases
  // alone. An app that is called `tests` and installed for good is like any other.
  bool is_test_only(const App& app) const {
    if (settings_ == nullptr || settings_->installed_apps.empty() || !has_test_part(app.module, '.')) return false;
    // Where nothing lies outside of tests, the test project is the project.
    if (has_test_part(settings_->file, '/'))
      return std::any_of(found_.apps.begin(), found_.apps.end(), [](const App& it) {
        return !it.migrations_directory.empty() && !has_test_part(it.module, '.');
      });
    return settings_->complete && !named_in_settings(app);
  }

  // A fork that tests put in the place of an app has its label: of the two, the app is what the project ships.
  void leave_out_forks() {
    std::set<std::string> shipped;
    for (const App& app : found_.apps)
      if (!app.test_only) shipped.insert(app.label);
    std::erase_if(found_.apps, [&](const App& app) {
      if (!app.test_only || !shipped.contains(app.label)) return false;
      found_.notes.push_back("`" + app.module + "` is left out: only tests install it, in the place of the app `" +
                             app.label + "`");
      return true;
    });
  }

  static bool has_test_part(std::string_view name, char separator) {
    while (!name.empty()) {
      const std::size_t end = std::min(name.find(separator), name.size());
      const std::string_view part = name.substr(0, end);
      if (part == "test" || part == "tests" || part == "test.py" || part == "tests.py") return true;
      name.remove_prefix(std::min(end + 1, name.size()));
    }
    return false;
  }

  bool named_in_settings(const App& app) const {
    const auto& entries = settings_->installed_apps;
    return std::any_of(entries.begin(), entries.end(), [&](const std::string& it) {
      return it == app.module || (!app.config_class.empty() && it == app.config_class);
    });
  }

  PythonModules& modules_;
  const FileSystem& files_;
  const std::vector<std::string>& python_files_;
  std::set<std::string_view> directories_;  // that hold them, at any depth
  std::string root_name_;
  const DjangoSettings* settings_;
  FoundApps found_;
  std::set<std::string> taken_;
  std::set<std::string> guessed_;  // directories of apps whose label a package may have given
};

}  // namespace

FoundApps find_apps(PythonModules& modules, const FileSystem& files, const std::vector<std::string>& python_files,
                    const std::string& root_name, const DjangoSettings* settings) {
  return Finder(modules, files, python_files, root_name, settings).run();
}

}  // namespace mlint
