#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "parsers/python/module.h"
#include "parsers/python/plain/tree.h"
#include "tests/python/same_tree.h"

// Any text is a module, perhaps with errors; and what is read without tree-sitter is what tree-sitter reads.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto module = mlint::py::parse(text, {});
  for (const auto& function : module.functions) mlint::py::read_body(text, module, function.span, {});
  mlint::py::TreeOptions options;
  options.every_body = true;
  const auto plain = mlint::py::read_plain_tree(text, options);
  if (plain && shown(*plain) != shown(read_full_tree(text, options))) std::abort();
  return 0;
}
