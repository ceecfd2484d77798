#include "parsers/python/literal.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>

namespace mlint::py {

namespace {

constexpr std::size_t max_digits = 4300;  // Python's own limit for int <-> str conversion (3.11)

std::string without_underscores(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(result), [](char c) { return c != '_'; });
  return result;
}

std::uint32_t digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
  return 99;
}

// Any base to decimal by schoolbook multiplication: inputs are limited to max_digits.
std::string to_decimal(std::string_view digits, std::uint32_t base) {
  std::vector<std::uint32_t> limbs{0};  // base 10^9, least significant first
  for (const char c : digits) {
    std::uint64_t carry = digit_value(c);
    for (auto& limb : limbs) {
      const auto next = static_cast<std::uint64_t>(limb) * base + carry;
      limb = static_cast<std::uint32_t>(next % 1000000000U);
      carry = next / 1000000000U;
    }
    if (carry > 0) limbs.push_back(static_cast<std::uint32_t>(carry));
  }
  std::string result = std::to_string(limbs.back());
  for (auto limb = limbs.rbegin() + 1; limb != limbs.rend(); ++limb) {
    const auto part = std::to_string(*limb);
    result.append(9 - part.size(), '0').append(part);
  }
  return result;
}

struct Escape {
  std::size_t length = 0;        // of the escape in the source, the backslash included; 0: no escape, kept as written
  std::uint32_t code_point = 0;  // no_character: stands for nothing (a line continuation)
  std::string_view problem = {};
};
constexpr std::uint32_t no_character = 0xffffffffU;

Escape read_hex(std::string_view text, std::size_t digits) {
  std::uint32_t value = 0;
  if (text.size() < 2 + digits) return {2, 0, "a truncated escape in a string"};
  for (std::size_t i = 0; i < digits; ++i) {
    const auto digit = digit_value(text[2 + i]);
    if (digit > 15) return {2, 0, "a truncated escape in a string"};
    value = value * 16 + digit;
  }
  if (value > 0x10FFFF) return {2 + digits, 0, "an escape beyond Unicode in a string"};
  if (value >= 0xD800 && value <= 0xDFFF) return {2 + digits, 0, "a lone surrogate in a string"};
  return {2 + digits, value, {}};
}

Escape read_octal(std::string_view text) {
  std::uint32_t value = 0;
  std::size_t length = 1;
  while (length < text.size() && length < 4 && text[length] >= '0' && text[length] <= '7')
    value = value * 8 + digit_value(text[length++]);
  return {length, value, {}};
}

// `text` begins with a backslash.
Escape read_escape(std::string_view text, bool bytes) {
  if (text.size() < 2) return {};
  switch (text[1]) {
    case '\n':
      return {2, no_character, {}};
    case '\r':
      return {text.size() > 2 && text[2] == '\n' ? 3U : 2U, no_character, {}};
    case '\\':
    case '\'':
    case '"':
      return {2, static_cast<std::uint32_t>(text[1]), {}};
    case 'a':
      return {2, 7, {}};
    case 'b':
      return {2, 8, {}};
    case 'f':
      return {2, 12, {}};
    case 'n':
      return {2, 10, {}};
    case 'r':
      return {2, 13, {}};
    case 't':
      return {2, 9, {}};
    case 'v':
      return {2, 11, {}};
    case 'x':
      return read_hex(text, 2);
    case 'u':
      return bytes ? Escape{} : read_hex(text, 4);
    case 'U':
      return bytes ? Escape{} : read_hex(text, 8);
    case 'N':
      return bytes ? Escape{} : Escape{2, 0, "a character by its Unicode name in a string"};
    default:
      return text[1] >= '0' && text[1] <= '7' ? read_octal(text) : Escape{};
  }
}

// Position of the next byte that does not stand for itself.
std::size_t next_special(std::string_view content, std::size_t at, StringPrefix prefix) {
  const std::string_view specials = prefix.format ? (prefix.raw ? "\r{}" : "\\\r{}") : (prefix.raw ? "\r" : "\\\r");
  const auto found = content.find_first_of(specials, at);
  return found == std::string_view::npos ? content.size() : found;
}

}  // namespace

Kind read_integer(std::string_view text) {
  auto digits = without_underscores(text);
  if (!digits.empty() && (digits.back() == 'j' || digits.back() == 'J')) return Unknown{"a complex number"};
  if (!digits.empty() && (digits.back() == 'l' || digits.back() == 'L')) digits.pop_back();
  if (digits.size() > max_digits) return Unknown{"an integer with too many digits"};
  std::uint32_t base = 10;
  if (digits.size() > 2 && digits[0] == '0') {
    const char mark = digits[1];
    if (mark == 'x' || mark == 'X') base = 16;
    if (mark == 'o' || mark == 'O') base = 8;
    if (mark == 'b' || mark == 'B') base = 2;
  }
  if (base != 10) return Integer{to_decimal(std::string_view(digits).substr(2), base)};
  const auto first = digits.find_first_not_of('0');
  return Integer{first == std::string::npos ? "0" : digits.substr(first)};
}

Kind read_float(std::string_view text) {
  const auto digits = without_underscores(text);
  if (!digits.empty() && (digits.back() == 'j' || digits.back() == 'J')) return Unknown{"a complex number"};
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) {
    const bool tiny = digits.find("e-") != std::string::npos || digits.find("E-") != std::string::npos;
    return Float{tiny ? 0.0 : std::numeric_limits<double>::infinity()};
  }
  if (error != std::errc() || end != digits.data() + digits.size()) return Unknown{"a number that is not understood"};
  return Float{value};
}

StringPrefix read_prefix(std::string_view start) {
  StringPrefix prefix;
  for (const char c : start) {
    if (c == 'r' || c == 'R') prefix.raw = true;
    if (c == 'b' || c == 'B') prefix.bytes = true;
    if (c == 'f' || c == 'F' || c == 't' || c == 'T') prefix.format = true;
  }
  return prefix;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0U | (code_point >> 6U));
    put(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    put(0xE0U | (code_point >> 12U));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  } else {
    put(0xF0U | (code_point >> 18U));
    put(0x80U | ((code_point >> 12U) & 0x3FU));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  }
}

std::string_view decode_string(std::string_view content, std::uint32_t begin, FileId file, StringPrefix prefix,
                               String& out) {
  const auto place = [&](std::size_t from, std::size_t length) {
    const auto at = begin + static_cast<std::uint32_t>(from);
    return Location{file, {at, at + static_cast<std::uint32_t>(length)}};
  };
  const auto copy = [&](std::size_t from, std::size_t length) {
    out.text.append(content, from, length);
    out.map.append(static_cast<std::uint32_t>(length), place(from, length), true);
  };
  const auto replace = [&](std::size_t from, std::size_t length, std::uint32_t code_point) {
    const auto before = out.text.size();
    append_utf8(out.text, code_point);
    out.map.append(static_cast<std::uint32_t>(out.text.size() - before), place(from, length), false);
  };
  std::size_t at = 0;
  while (at < content.size()) {
    const auto special = next_special(content, at, prefix);
    if (special > at) copy(at, special - at);
    if (special >= content.size()) break;
    at = special;
    const char c = content[at];
    if (c == '\r') {  // Python reads CRLF and CR as one newline
      const std::size_t length = at + 1 < content.size() && content[at + 1] == '\n' ? 2 : 1;
      replace(at, length, '\n');
      at += length;
      continue;
    }
    if (c != '\\') {  // a brace of a format string, always doubled here
      const std::size_t length = at + 1 < content.size() && content[at + 1] == c ? 2 : 1;
      replace(at, length, static_cast<std::uint32_t>(c));
      at += length;
      continue;
    }
    const auto escape = read_escape(content.substr(at), false);
    if (!escape.problem.empty()) return escape.problem;
    if (escape.length == 0) {
      const std::size_t length = at + 1 < content.size() && content[at + 1] != '{' && content[at + 1] != '}' ? 2 : 1;
      copy(at, length);
      at += length;
      continue;
    }
    if (escape.code_point != no_character) replace(at, escape.length, escape.code_point);
    at += escape.length;
  }
  return {};
}

std::string_view decode_bytes(std::string_view content, bool raw, std::string& out) {
  for (std::size_t at = 0; at < content.size();) {
    if (content[at] != '\\' || raw) {
      if (content[at] == '\r') {
        out.push_back('\n');
        at += at + 1 < content.size() && content[at + 1] == '\n' ? 2 : 1;
      } else {
        out.push_back(content[at++]);
      }
      continue;
    }
    const auto escape = read_escape(content.substr(at), true);
    if (!escape.problem.empty()) return escape.problem;
    if (escape.length == 0) {
      out.push_back(content[at++]);
      continue;
    }
    if (escape.code_point != no_character) out.push_back(static_cast<char>(escape.code_point & 0xFFU));
    at += escape.length;
  }
  return {};
}

}  // namespace mlint::py
