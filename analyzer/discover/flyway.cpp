#include "analyzer/discover/flyway.h"

#include <algorithm>
#include <string_view>

#include "analyzer/base/trimmed.h"
#include "analyzer/discover/path.h"
#include "analyzer/discover/workspace.h"

// Placeholders of Flyway: flyway.placeholders.name=value in a .conf; in a .toml under [flyway.placeholders], or as
// placeholders.name = "value" under [flyway].
namespace mlint {
namespace {

std::string_view bare(std::string_view text) { return trimmed(text, " \t\r\"'"); }

void read(std::string_view text, std::map<std::string, std::string>& values) {
  std::string section;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = bare(text.substr(at, end - at));
    at = end + 1;
    if (line.starts_with('#')) continue;
    if (line.starts_with('[')) section = std::string(bare(line.substr(1, line.find(']') - 1))) + ".";
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || line.starts_with('[')) continue;
    const std::string key = section + std::string(bare(line.substr(0, equals)));
    constexpr std::string_view prefix = "flyway.placeholders.";
    const std::string_view value = bare(line.substr(equals + 1));
    if (key.starts_with(prefix)) values[key.substr(prefix.size())] = std::string(value);
    if (key == "flyway.defaultSchema") values["flyway:defaultSchema"] = std::string(value);
    if (key == "flyway.user") values["flyway:user"] = std::string(value);
  }
}

}  // namespace

std::map<std::string, std::string> flyway_placeholders(const FileSystem& files, const std::string& root) {
  std::map<std::string, std::string> values;
  for (const char* name : {"flyway.conf", "conf/flyway.conf", "flyway.toml"})
    if (const auto text = files.read(path::join(root, name), max_file_size)) read(*text, values);
  return values;
}

}  // namespace mlint
