#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/discover/config.h"
#include "analyzer/discover/glob.h"

// A configuration is read or refused, and whatever globs it holds end in time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* path : {"mlint.toml", "pyproject.toml"}) {
    const auto config = mlint::read_config(text, path);
    if (config) mlint::glob_excludes(config->exclude, "shop/migrations/0001_initial.py");
  }
  mlint::glob_matches(text.substr(0, size / 2), text.substr(size / 2));
  return 0;
}
