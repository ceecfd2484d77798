#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/diagnostic/finding.h"

namespace mlint {

enum class DeployModel : std::uint8_t { unknown, rolling, stop_the_world };

// mlint.toml, .mlint.toml or pyproject.toml [tool.mlint]; one file a run. Unknown keys are errors with a suggestion.
struct Config {
  std::string file;              // empty: none
  std::vector<int> pg_versions;  // empty: not configured
  std::string django_version;
  std::string base;                         // branch or ref that changes are compared with
  std::vector<std::string> select, ignore;  // rules, codes, groups, equivalents
  std::vector<std::pair<std::string, Severity>> levels;
  std::map<std::string, std::string> rule_places;                   // rule named in them -> "path:line:column"
  std::optional<Severity> fail_on;                                  // Severity::off: never
  std::vector<std::string> exclude;                                 // globs relative to the file's directory
  std::vector<std::string> large_tables, small_tables, hot_tables;  // globs over table names
  DeployModel deploy = DeployModel::unknown;
  std::string deploy_origin;
  std::string frozen = "merged";                    // which migrations count as applied: merged, pushed
  std::map<std::string, std::string> field_types;   // dotted field class -> PostgreSQL type
  std::map<std::string, std::string> placeholders;  // of SQL templates
  std::string settings_module;
  std::vector<std::string> warnings;  // about the configuration itself: a second file that is ignored
};

// `path` says which table is read: of pyproject.toml [tool.mlint], whose absence leaves `file` empty. Errors carry
// "path:line:column: ".
Result<Config> read_config(std::string_view toml, const std::string& path);

class FileSystem;
// The nearest mlint.toml, .mlint.toml or pyproject.toml with [tool.mlint], from `directory` up to `top` (inclusive).
// Without one: an empty configuration, `file` empty. `file` is directory + name as asked for.
Result<Config> find_config(const FileSystem& files, std::string directory, const std::string& top);

}  // namespace mlint
