#include "parsers/sql/lexer.h"

// Questions about single tokens.
namespace mlint::sql {
bool is_punctuation(std::string_view text, const Token& token, char c) {
  return token.kind == Token::Kind::other && token.span.end == token.span.begin + 1 && text[token.span.begin] == c;
}

std::size_t matching_bracket(std::string_view text, Tokens tokens, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].kind != Token::Kind::other) continue;
    const char c = text[tokens[i].span.begin];
    if (c == '(' || c == '[') ++depth;
    if ((c == ')' || c == ']') && --depth == 0) return i;
  }
  return tokens.size();
}

std::string identifier_of(std::string_view text, const Token& token) {
  const std::string_view written = text.substr(token.span.begin, token.span.end - token.span.begin);
  std::string name;
  if (token.kind == Token::Kind::quoted && written.front() == '"') {
    for (std::size_t i = 1; i + 1 < written.size(); ++i) {
      name += written[i];
      if (written[i] == '"') ++i;
    }
    return name;
  }
  for (const char c : written) name += lower(c);
  return name;
}

}  // namespace mlint::sql
