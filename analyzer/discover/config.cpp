#include "analyzer/discover/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "analyzer/base/nearest.h"
#include "analyzer/discover/path.h"
#include "analyzer/discover/workspace.h"

namespace mlint {
namespace {

constexpr int oldest_postgresql = 12, newest_postgresql = 19;

// Reads one table; the first error stands.
class Reader {
 public:
  Reader(Config& config, std::string path) : config_(config), path_(std::move(path)) {}

  const std::optional<Error>& error() const { return error_; }

  void fail(const toml::source_region& at, const std::string& message) {
    if (!error_) error_ = Error{place(at) + ": " + message};
  }

  void top(const toml::table& table) {
    using Handler = void (Reader::*)(const toml::node&);
    static constexpr std::array<std::pair<std::string_view, Handler>, 15> handlers = {{
        {"pg-version", &Reader::pg_version},
        {"django-version", &Reader::django_version},
        {"settings-module", &Reader::settings_module},
        {"base", &Reader::base},
        {"select", &Reader::select},
        {"ignore", &Reader::ignore},
        {"levels", &Reader::levels},
        {"fail-on", &Reader::fail_on},
        {"exclude", &Reader::exclude},
        {"tables", &Reader::tables},
        {"deploy", &Reader::deploy},
        {"frozen", &Reader::frozen},
        {"field-types", &Reader::field_types},
        {"placeholders", &Reader::placeholders},
        {"postgresql-version", &Reader::pg_version},
    }};
    std::vector<std::string_view> known;
    for (const auto& [name, handler] : handlers) known.push_back(name);
    for (const auto& [key, value] : table) {
      const std::string name = spelled(key.str());
      const auto found =
          std::find_if(handlers.begin(), handlers.end(), [&](const auto& it) { return it.first == name; });
      if (found == handlers.end()) {
        unknown_key(key, known);
      } else {
        (this->*found->second)(value);
      }
    }
  }

 private:
  std::string place(const toml::source_region& at) const {
    return path_ + ':' + std::to_string(at.begin.line) + ':' + std::to_string(at.begin.column);
  }

  static std::string spelled(std::string_view key) {
    std::string name(key);
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
  }

  void unknown_key(const toml::key& key, std::span<const std::string_view> known) {
    std::string message = "unknown key `" + std::string(key.str()) + "`";
    if (const auto meant = nearest(spelled(key.str()), known)) message += "; did you mean `" + *meant + "`?";
    fail(key.source(), message);
  }

  std::string string(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    fail(node.source(), "expected a string");
    return {};
  }

  std::vector<std::string> strings(const toml::node& node) {
    if (node.is_string()) return {string(node)};
    const auto* array = node.as_array();
    if (array == nullptr) {
      fail(node.source(), "expected a list of strings");
      return {};
    }
    std::vector<std::string> result;
    for (const toml::node& item : *array) result.push_back(string(item));
    return result;
  }

  void string_table(const toml::node& node, const std::function<void(const std::string&, std::string)>& take) {
    const auto* table = node.as_table();
    if (table == nullptr) return fail(node.source(), "expected a table");
    for (const auto& [key, value] : *table) take(std::string(key.str()), string(value));
  }

  std::string one_of(const toml::node& node, std::span<const std::string_view> choices) {
    const std::string text = string(node);
    if (error_ || std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
    std::string message = "`" + text + "` is none of";
    for (std::string_view choice : choices) message += " `" + std::string(choice) + "`";
    fail(node.source(), message);
    return {};
  }

  void add_pg_version(const toml::node& node) {
    int version = 0;
    if (const auto* number = node.as_integer()) {
      version = static_cast<int>(std::clamp<std::int64_t>(number->get(), 0, 1000));
    } else {
      const std::string text = string(node);
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
      if (problem != std::errc() || end != text.data() + text.size()) version = 0;
    }
    if (version < oldest_postgresql || version > newest_postgresql) {
      fail(node.source(), "PostgreSQL versions " + std::to_string(oldest_postgresql) + " to " +
                              std::to_string(newest_postgresql) + " are known");
    }
    config_.pg_versions.push_back(version);
  }

  void pg_version(const toml::node& node) {
    config_.pg_versions.clear();
    if (const auto* array = node.as_array()) {
      for (const toml::node& item : *array) add_pg_version(item);
    } else {
      add_pg_version(node);
    }
  }

  void django_version(const toml::node& node) {
    if (node.is_floating_point()) return fail(node.source(), "write the Django version as a string: \"4.2\"");
    config_.django_version = string(node);
  }
  void settings_module(const toml::node& node) { config_.settings_module = string(node); }
  void base(const toml::node& node) { config_.base = string(node); }
  std::vector<std::string> rules(const toml::node& node) {
    if (node.is_string()) config_.rule_places.try_emplace(string(node), place(node.source()));
    if (const auto* array = node.as_array()) {
      for (const toml::node& item : *array)
        if (item.is_string()) config_.rule_places.try_emplace(string(item), place(item.source()));
    }
    return strings(node);
  }

  void select(const toml::node& node) { config_.select = rules(node); }
  void ignore(const toml::node& node) { config_.ignore = rules(node); }
  void exclude(const toml::node& node) { config_.exclude = strings(node); }

  Severity severity(const toml::node& node) {
    static constexpr std::array<std::string_view, 5> choices = {"error", "warning", "warn", "info", "off"};
    const std::string text = one_of(node, choices);
    if (text == "error") return Severity::error;
    if (text.starts_with("warn")) return Severity::warning;
    return text == "info" ? Severity::info : Severity::off;
  }

  void levels(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) return fail(node.source(), "expected a table of rule = level");
    for (const auto& [key, value] : *table) {
      config_.rule_places.try_emplace(std::string(key.str()), place(key.source()));
      config_.levels.emplace_back(std::string(key.str()), severity(value));
    }
  }

  void fail_on(const toml::node& node) {
    if (const auto* text = node.as_string(); text != nullptr && text->get() == "never") {
      config_.fail_on = Severity::off;
    } else {
      config_.fail_on = severity(node);
    }
  }

  void tables(const toml::node& node) {
    static constexpr std::array<std::string_view, 3> known = {"large", "small", "hot"};
    const auto* table = node.as_table();
    if (table == nullptr) return fail(node.source(), "expected a table with `large`, `small`, `hot`");
    for (const auto& [key, value] : *table) {
      if (key.str() == "large") {
        config_.large_tables = strings(value);
      } else if (key.str() == "small") {
        config_.small_tables = strings(value);
      } else if (key.str() == "hot") {
        config_.hot_tables = strings(value);
      } else {
        unknown_key(key, known);
      }
    }
  }

  void deploy(const toml::node& node) {
    static constexpr std::array<std::string_view, 3> choices = {"rolling", "stop-the-world", "unknown"};
    const std::string text = one_of(node, choices);
    if (text == "rolling") config_.deploy = DeployModel::rolling;
    if (text == "stop-the-world") config_.deploy = DeployModel::stop_the_world;
    config_.deploy_origin = path_;
  }

  void frozen(const toml::node& node) {
    static constexpr std::array<std::string_view, 2> choices = {"merged", "pushed"};
    config_.frozen = one_of(node, choices);
  }

  void field_types(const toml::node& node) {
    string_table(node,
                 [this](const std::string& key, std::string value) { config_.field_types[key] = std::move(value); });
  }

  void placeholders(const toml::node& node) {
    string_table(node,
                 [this](const std::string& key, std::string value) { config_.placeholders[key] = std::move(value); });
  }

  Config& config_;
  std::string path_;
  std::optional<Error> error_;
};

}  // namespace

Result<Config> read_config(std::string_view text, const std::string& path) {
  toml::table parsed;
  try {
    parsed = toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    const auto& where = error.source().begin;
    return Error{path + ':' + std::to_string(where.line) + ':' + std::to_string(where.column) + ": " +
                 std::string(error.description())};
  }
  Config config;
  const toml::table* table = &parsed;
  if (path::name(path) == "pyproject.toml") {
    const auto section = parsed.at_path("tool.mlint");
    if (!section) return config;
    table = section.as_table();
    if (table == nullptr) return Error{path + ": `tool.mlint` is not a table"};
  }
  config.file = path;
  Reader reader(config, path);
  reader.top(*table);
  if (reader.error()) return *reader.error();
  return config;
}

Result<Config> find_config(const FileSystem& files, std::string directory, const std::string& top) {
  static constexpr std::array<std::string_view, 3> names = {"mlint.toml", ".mlint.toml", "pyproject.toml"};
  for (;;) {
    Config found;
    for (std::string_view name : names) {
      const std::string path = path::join(directory, name);
      if (!files.exists(path)) continue;
      const auto text = files.read(path, max_file_size);
      if (!text) return text.error();
      auto config = read_config(*text, path);
      if (!config) {
        // A pyproject.toml that is broken or foreign is its own tools' matter unless it configures this one.
        if (name == "pyproject.toml" && text->find("tool.mlint") == std::string::npos) continue;
        return config.error();
      }
      if (config->file.empty()) continue;
      if (found.file.empty()) {
        found = *std::move(config);
      } else {
        found.warnings.push_back("`" + path + "` is ignored: `" + found.file + "` stands beside it");
      }
    }
    if (!found.file.empty() || directory == top || directory == "/" || directory.empty() || directory == ".") {
      return found;
    }
    directory = std::string(path::parent(directory));
  }
}

}  // namespace mlint
