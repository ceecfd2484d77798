#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analyzer/history/applied.h"
#include "analyzer/lint/suppression.h"

// Two small grammars of text from outside: what showmigrations printed, and comments that suppress.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto applied = mlint::history::read_showmigrations(text)) applied->applied();
  mlint::parse_suppression(text);
  return 0;
}
