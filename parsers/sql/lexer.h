#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/parse.h"

// The server's lexical rules (scan.l) over a whole text in one linear pass: libpg_query's own scanner is quadratic in
// operator characters and gives up on a text at its first lexical error.
namespace mlint::sql {

struct Token {
  enum class Kind : std::uint8_t { word, quoted, string, number, parameter, op, other };
  Kind kind = Kind::other;
  Span span;
};
using Tokens = std::span<const Token>;

struct RawStatement {
  std::uint32_t first = 0, last = 0;  // of its tokens, half-open
  std::string problem;                // why it is no statement, e.g. an unterminated string
  std::string opaque;                 // a meta-command of psql whose work cannot be seen here
};

struct Lexed {
  std::string text;  // as given, with comments, a BOM and psql's commands and COPY data blanked; same offsets
  std::vector<Token> tokens;
  std::vector<SqlComment> comments;
  std::vector<RawStatement> statements;
  std::vector<Problem> problems;
};

Lexed lex(std::string_view text);

// Tokens of a text that is one statement or a part of one.
std::vector<Token> tokenize(std::string_view text);

// In ASCII, as the server folds words.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
inline bool is_word(std::string_view text, const Token& token, std::string_view lower_case_word) {
  if (token.kind != Token::Kind::word || token.span.end - token.span.begin != lower_case_word.size()) return false;
  for (std::size_t i = 0; i < lower_case_word.size(); ++i) {
    if (lower(text[token.span.begin + i]) != lower_case_word[i]) return false;
  }
  return true;
}
bool is_punctuation(std::string_view text, const Token& token, char c);
// Index of the token that closes the bracket at `open`, or tokens.size().
std::size_t matching_bracket(std::string_view text, Tokens tokens, std::size_t open);
// The name a word or quoted token stands for: folded, or unquoted.
std::string identifier_of(std::string_view text, const Token& token);

}  // namespace mlint::sql
