#pragma once

#include <string_view>

namespace mlint {

// pg_mbcliplen for UTF-8: the longest beginning of at most `limit` bytes that ends at a character boundary.
std::string_view clip(std::string_view text, std::size_t limit);

}  // namespace mlint
