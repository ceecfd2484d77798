#include "parsers/sql/fingerprint.h"

#include <algorithm>
#include <bit>

#include "analyzer/base/word.h"

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
    state = (std::rotl(state, 23) ^ word_of(bytes.data(), bytes.size())) * kSeed;
    bytes.remove_prefix(8);
  }
  return combine(state, word_of(bytes.data(), bytes.size()));
}

}  // namespace

std::uint64_t combine(std::uint64_t a, std::uint64_t b) { return mix((a ^ b) + kSeed * (a | 1U)); }

std::uint64_t fingerprint_of_tokens(std::string_view text, Tokens tokens) {
  std::uint64_t state = kSeed;
  for (const Token& token : tokens) {
    const std::string_view written = text.substr(token.span.begin, token.span.end - token.span.begin);
    const bool folds = token.kind == Token::Kind::word &&
                       std::any_of(written.begin(), written.end(), [](char c) { return c != lower(c); });
    state = folds ? hash(state, identifier_of(text, token)) : hash(state, written);
  }
  return state == 0 ? 1 : state;
}

}  // namespace mlint::sql
