#include "analyzer/report/visible.h"

#include <array>
#include <cstdio>

namespace mlint::report {
namespace {

constexpr char32_t replacement = 0xFFFD;

bool is_bidi_or_hidden(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0x200B || c == 0xFEFF || c == 0x2028 || c == 0x2029 || (c >= 0xE0000 && c <= 0xE007F);
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

struct Range {
  char32_t first, last;
};

constexpr std::array combining = {Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
                                  Range{0x064B, 0x065F}, Range{0x200C, 0x200D}, Range{0x20D0, 0x20FF},
                                  Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}};
constexpr std::array wide = {Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                             Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE4F},
                             Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
                             Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

template <std::size_t n>
bool within(const std::array<Range, n>& ranges, char32_t c) {
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

bool is_named(char32_t c) { return is_control(c) || is_bidi_or_hidden(c); }

// "<U+202E>", "<U+E0001>"
std::size_t name_width(char32_t c) { return c > 0xFFFFF ? 10U : c > 0xFFFF ? 9U : 8U; }

std::size_t width_of(char32_t c, std::size_t tab) {
  if (c >= 0x20 && c < 0x7F) return 1;
  if (c == U'\t') return tab;
  if (is_named(c)) return name_width(c);
  return within(combining, c) ? 0U : within(wide, c) ? 2U : 1U;
}

}  // namespace

char32_t decode_at(std::string_view text, std::size_t at, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  length = 1;
  if (lead < 0x80) return lead;
  const std::size_t size = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (size == 0 || lead >= 0xF5 || at + size > text.size()) return replacement;
  char32_t c = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return replacement;
    c = (c << 6) | (byte(at + i) & 0x3FU);
  }
  const bool overlong = (size == 3 && c < 0x800) || (size == 4 && c < 0x10000);
  if (overlong || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return replacement;
  length = size;
  return c;
}

void encode(char32_t c, std::string& into) {
  const auto push = [&](char32_t byte) { into.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xC0 | (c >> 6));
    push(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    push(0xE0 | (c >> 12));
    push(0x80 | ((c >> 6) & 0x3F));
    push(0x80 | (c & 0x3F));
  } else {
    push(0xF0 | (c >> 18));
    push(0x80 | ((c >> 12) & 0x3F));
    push(0x80 | ((c >> 6) & 0x3F));
    push(0x80 | (c & 0x3F));
  }
}

std::vector<Cell> cells_of(std::string_view text, std::size_t tab) {
  std::vector<Cell> cells;
  cells.reserve(text.size());
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); at += length) {
    const char32_t c = decode_at(text, at, length);
    cells.push_back({at, c, width_of(c, tab)});
  }
  return cells;
}

void print(const Cell& cell, std::string& into) {
  if (cell.code_point == U'\t') {
    into.append(cell.width, ' ');
  } else if (is_named(cell.code_point)) {
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "<U+%04X>", static_cast<unsigned>(cell.code_point));
    into += name.data();
  } else {
    encode(cell.code_point, into);
  }
}

std::string visible(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_plain(text[end])) ++end;
    result.append(text, at, end - at);
    at = end;
    if (at == text.size()) break;
    std::size_t length = 0;
    const char32_t c = decode_at(text, at, length);
    print({at, c, width_of(c, 1)}, result);
    at += length;
  }
  return result;
}

std::string visible_lines(std::string_view text) {
  std::string result;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find('\n', begin);
    std::string_view line = text.substr(begin, end == std::string_view::npos ? end : end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    result += visible(line);
    if (end == std::string_view::npos) return result;
    result += '\n';
    begin = end + 1;
  }
}

}  // namespace mlint::report
