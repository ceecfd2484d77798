#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parsers/python/module.h"

// Any text is a module, perhaps with errors.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto module = mlint::py::parse(text, {});
  for (const auto& function : module.functions) mlint::py::read_body(text, module, function.span, {});
  return 0;
}
