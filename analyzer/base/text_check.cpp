#include "analyzer/base/text_check.h"

#include <cstring>

namespace mlint {

namespace {

bool continuation(unsigned char c) { return (c & 0xC0U) == 0x80U; }

// Length of the well-formed sequence at text[at] (Unicode 15, table 3-7), or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned char {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const auto lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continuation(byte(1)) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = lead == 0xED ? 0x9F : 0xBF;
    return byte(1) >= low && byte(1) <= high && continuation(byte(2)) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= low && byte(1) <= high && continuation(byte(2)) && continuation(byte(3)) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::optional<TextProblem> check_text(std::string_view text) {
  if (text.size() >= 0xffffffffU) return TextProblem{0, "the file is too large"};
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word = 0;
    // Eight bytes at once while they are ASCII and none of them is NUL.
    while (at + 8 <= text.size()) {
      std::memcpy(&word, text.data() + at, 8);
      constexpr std::uint64_t high = 0x8080808080808080U;
      constexpr std::uint64_t ones = 0x0101010101010101U;
      if ((word & high) != 0 || ((word - ones) & ~word & high) != 0) break;
      at += 8;
    }
    if (at >= text.size()) break;
    if (text[at] == '\0') return TextProblem{static_cast<std::uint32_t>(at), "the file holds a NUL byte"};
    const auto length = sequence_length(text, at);
    if (length == 0) return TextProblem{static_cast<std::uint32_t>(at), "the file is not valid UTF-8"};
    at += length;
  }
  return std::nullopt;
}

std::uint32_t byte_order_mark(std::string_view text) { return text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0; }

}  // namespace mlint
