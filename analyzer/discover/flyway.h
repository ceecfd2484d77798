#pragma once

#include <map>
#include <string>

#include "analyzer/discover/workspace.h"

namespace mlint {

// What flyway.conf and flyway.toml of the project give for ${name}, with the two of Flyway's own that a schema needs.
std::map<std::string, std::string> flyway_placeholders(const FileSystem& files, const std::string& root);

}  // namespace mlint
