#include "analyzer/lint/project_history.h"

#include <algorithm>
#include <set>

namespace mlint {

using django::MigrationKey;

namespace {

std::string app_of_swappable(const std::string& text) { return text.substr(0, text.find('.')); }

bool surely_absent(const DjangoSettings& settings, std::string_view app) {
  const auto names = [&](const std::string& installed) {  // "…admin", "…AdminConfig"
    return installed.find(app.substr(1)) != std::string::npos;
  };
  return settings.complete && !settings.installed_apps.empty() &&
         std::none_of(settings.installed_apps.begin(), settings.installed_apps.end(), names);
}

// Without settings it is taken to be what startproject writes.
std::optional<bool> uses_zones(const DjangoSettings& settings, django::Version version) {
  if (settings.file.empty()) return true;
  if (settings.use_tz == UseTz::unknown) return std::nullopt;
  if (settings.use_tz == UseTz::unset) return version >= django::Version{5, 0};
  return settings.use_tz == UseTz::on;
}

}  // namespace

django::GraphOptions graph_options(const LoadedProject& project) {
  django::GraphOptions options;
  options.auth_user_model = project.project->settings.auth_user_model;
  options.swapped_models = project.project->settings.swapped_models;
  std::set<std::string> own;
  for (const django::Migration& migration : project.migrations) own.insert(migration.key.app);
  const auto external = [&](const std::string& app) {
    if (!app.empty() && !own.contains(app)) options.external_apps.insert(app);
  };
  for (const App& app : project.project->apps) {
    if (app.migrations_directory.empty()) external(app.label);
  }
  for (const std::string& app : project.project->settings.installed_apps) external(app.substr(app.rfind('.') + 1));
  for (const django::Migration& migration : project.migrations) {
    for (const django::Dependency& dependency : migration.dependencies) external(dependency.key.app);
  }
  external(app_of_swappable(options.auth_user_model));
  for (const auto& [setting, model] : options.swapped_models) external(app_of_swappable(model));
  return options;
}

django::ReplayOptions replay_options(const LoadedProject& loaded, const Config& config, django::Version version,
                                     Server server) {
  const Project& project = *loaded.project;
  django::ReplayOptions options;
  options.external_apps = graph_options(loaded).external_apps;
  options.version = version;
  options.server = server;
  options.auth_user_model = project.settings.auth_user_model;
  options.default_auto_field = project.settings.default_auto_field;
  options.swapped_models = project.settings.swapped_models;
  options.default_tablespace = project.settings.default_tablespace;
  options.default_index_tablespace = project.settings.default_index_tablespace;
  options.time_zone = project.settings.time_zone;
  options.use_tz = uses_zones(project.settings, version);
  options.field_types = config.field_types;
  for (const App& app : project.apps) {
    if (!app.migrations_directory.empty()) options.own_apps.insert(app.label);
  }
  // What is not installed has no tables either. (A site of its own installs the admin under another name.)
  for (const char* app : {"admin", "sites", "redirects", "flatpages", "sessions"}) {
    if (surely_absent(project.settings, app)) options.own_apps.insert(app);
  }
  return options;
}

Schema schema_before(const django::Graph& graph, const django::ReplayOptions& options, const MigrationKey& key) {
  django::History history(options);
  for (const MigrationKey& each : graph.order) {
    if (each == key) break;
    const auto node = graph.nodes.find(each);
    if (node != graph.nodes.end() && node->second) history.replay(*node->second);
  }
  return history.session().schema();
}

}  // namespace mlint
