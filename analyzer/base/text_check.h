#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlint {

// Why a file's bytes are no text that a reader may be given.
struct TextProblem {
  std::uint32_t offset = 0;
  std::string message;  // lower case, no full stop
};

// Every reader asks this first: the parsers behind them stop at NUL or hand invalid UTF-8 on. A byte order mark is
// fine.
std::optional<TextProblem> check_text(std::string_view text);

// Length of a leading UTF-8 byte order mark: 0 or 3.
std::uint32_t byte_order_mark(std::string_view text);

}  // namespace mlint
