#include "parsers/sql/fingerprint.h"

#include <bit>
#include <cstring>

namespace mlint::sql {
namespace {

constexpr std::uint64_t kSeed = 0x9E3779B97F4A7C15U;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 32U;
  value *= 0xD6E8FEB86659FD93U;
  value ^= value >> 32U;
  value *= 0xD6E8FEB86659FD93U;
  return value ^ (value >> 32U);
}

std::uint64_t hash(std::uint64_t state, std::string_view bytes) {
  state = combine(state, bytes.size());
  // One multiplication a word: the tree of a statement is long. What follows mixes.
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    state = (std::rotl(state, 23) ^ word) * kSeed;
    bytes.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  return combine(state, rest);
}

}  // namespace

std::uint64_t combine(std::uint64_t a, std::uint64_t b) { return mix((a ^ b) + kSeed * (a | 1U)); }

std::uint64_t fingerprint_of_tree(std::string_view json) {
  // A quote inside a string of the tree is escaped, so that this is always a key.
  static constexpr std::string_view key = "location\":";
  // {"version":150001,"stmts":[{"stmt":…},"stmt_len":9}]}
  const std::size_t begin = json.find("\"stmt\":");
  const std::size_t end = json.rfind(",\"stmt_len\":");
  json = json.substr(begin == std::string_view::npos ? 0 : begin,
                     end == std::string_view::npos || end < begin ? std::string_view::npos : end - begin);
  while (!json.empty() && (json.back() == ']' || json.back() == '}')) json.remove_suffix(1);
  std::uint64_t state = kSeed;
  while (!json.empty()) {
    const std::size_t at = json.find(key);
    state = hash(state, json.substr(0, at));
    if (at == std::string_view::npos) break;
    const std::size_t next = json.find_first_not_of("-0123456789", at + key.size());
    json.remove_prefix(next == std::string_view::npos ? json.size() : next);
  }
  return state == 0 ? 1 : state;
}

std::uint64_t fingerprint_of_tokens(std::string_view text, Tokens tokens) {
  std::uint64_t state = kSeed;
  for (const Token& token : tokens) {
    const std::string_view written = text.substr(token.span.begin, token.span.end - token.span.begin);
    state = token.kind == Token::Kind::word ? hash(state, identifier_of(text, token)) : hash(state, written);
  }
  return state == 0 ? 1 : state;
}

}  // namespace mlint::sql
