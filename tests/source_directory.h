#pragma once

#include <string>

namespace mlint {

// The root of the sources that were compiled: fixtures and goldens stand below it. No slash at the end.
std::string source_directory();

}  // namespace mlint
