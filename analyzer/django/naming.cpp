#include "analyzer/django/naming.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace mlint::django {
namespace {

constexpr std::array<std::uint32_t, 64> md5_sines = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr std::array<std::array<int, 4>, 4> md5_shifts = {
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

using Md5State = std::array<std::uint32_t, 4>;

void md5_block(Md5State& state, const unsigned char* block) {
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < 16; ++i) {
    words[i] = static_cast<std::uint32_t>(block[4 * i]) | static_cast<std::uint32_t>(block[4 * i + 1]) << 8U |
               static_cast<std::uint32_t>(block[4 * i + 2]) << 16U |
               static_cast<std::uint32_t>(block[4 * i + 3]) << 24U;
  }
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    std::uint32_t mixed = 0;
    std::size_t word = i;
    if (i < 16) {
      mixed = (b & c) | (~b & d);
    } else if (i < 32) {
      mixed = (d & b) | (~d & c);
      word = (5 * i + 1) % 16;
    } else if (i < 48) {
      mixed = b ^ c ^ d;
      word = (3 * i + 5) % 16;
    } else {
      mixed = c ^ (b | ~d);
      word = (7 * i) % 16;
    }
    const std::uint32_t sum = a + mixed + md5_sines[i] + words[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, md5_shifts[i / 16][i % 4]);
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += is_continuation(c) ? 0 : 1;
  return count;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t position = 0;
  while (position < text.size()) {
    if (!is_continuation(text[position])) {
      if (count == 0) break;
      --count;
    }
    ++position;
  }
  return text.substr(0, position);
}

std::string_view without_last_character(std::string_view text) {
  while (!text.empty() && is_continuation(text.back())) text.remove_suffix(1);
  if (!text.empty()) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view name) {
  if (!name.empty() && name.front() == '"') name.remove_prefix(1);
  if (!name.empty() && name.back() == '"') name.remove_suffix(1);
  return name;
}

}  // namespace

std::string md5_hex(std::string_view data) {
  Md5State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::string padded(data);
  padded.push_back(static_cast<char>(0x80));
  while (padded.size() % 64 != 56) padded.push_back('\0');
  const std::uint64_t bits = static_cast<std::uint64_t>(data.size()) * 8;
  for (unsigned i = 0; i < 8; ++i) padded.push_back(static_cast<char>((bits >> (8 * i)) & 0xFFU));
  for (std::size_t i = 0; i < padded.size(); i += 64) {
    std::array<unsigned char, 64> block{};
    std::memcpy(block.data(), padded.data() + i, block.size());
    md5_block(state, block.data());
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const std::uint32_t word : state) {
    for (unsigned i = 0; i < 4; ++i) {
      const std::uint32_t byte = (word >> (8 * i)) & 0xFFU;
      hex.push_back(digits[byte >> 4U]);
      hex.push_back(digits[byte & 15U]);
    }
  }
  return hex;
}

std::string quote_name(std::string_view name) {
  if (name.size() > 1 && name.front() == '"' && name.back() == '"') return std::string(name);
  std::string quoted;
  quoted.reserve(name.size() + 2);
  quoted.append(1, '"').append(name).append(1, '"');
  return quoted;
}

std::string_view table_part(std::string_view table) {
  const auto dot = table.find("\".\"");
  return unquoted(dot == std::string_view::npos ? table : table.substr(dot + 3));
}

std::string_view namespace_part(std::string_view table) {
  const auto dot = table.find("\".\"");
  return dot == std::string_view::npos ? std::string_view{} : unquoted(table.substr(0, dot));
}

QualifiedName qualified(std::string_view table) {
  return {std::string(namespace_part(table)), std::string(table_part(table))};
}

std::string strip_quotes(std::string_view table) {
  if (table.size() > 1 && table.front() == '"' && table.back() == '"') table = table.substr(1, table.size() - 2);
  return std::string(table);
}

std::string truncate_name(std::string_view name, std::size_t length) {
  const auto dot = name.find("\".\"");
  const std::string_view space = dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
  const std::string_view own = dot == std::string_view::npos ? name : name.substr(dot + 3);
  if (characters(own) <= length) return std::string(name);
  std::string cut = space.empty() ? std::string{} : std::string(space) + "\".\"";
  cut += first_characters(own, length - 4);
  return cut + md5_hex(own).substr(0, 4);
}

std::string index_name(std::string_view table, std::span<const std::string> columns, std::string_view suffix) {
  table = table_part(table);
  std::string digested(table);
  std::string joined;
  for (const std::string& column : columns) {
    digested += column;
    if (!joined.empty()) joined += '_';
    joined += column;
  }
  std::string tail = md5_hex(digested).substr(0, 8);
  tail += suffix;
  std::string name = std::string(table) + "_" + joined + "_" + tail;
  if (characters(name) <= max_name_length) return name;
  if (characters(tail) > max_name_length / 3) tail = std::string(first_characters(tail, max_name_length / 3));
  const std::size_t length = (max_name_length - characters(tail)) / 2 - 1;
  name =
      std::string(first_characters(table, length)) + "_" + std::string(first_characters(joined, length)) + "_" + tail;
  if (name.front() == '_' || (name.front() >= '0' && name.front() <= '9')) {
    name = "D" + std::string(without_last_character(name));
  }
  return name;
}

std::string foreign_key_suffix(std::string_view to_table, std::string_view to_column) {
  std::string suffix = "_fk_";
  suffix.append(table_part(to_table)).append("_").append(to_column);
  return suffix;
}

}  // namespace mlint::django
