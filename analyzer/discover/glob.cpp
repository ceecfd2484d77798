#include "analyzer/discover/glob.h"

#include <cstddef>
#include <vector>

namespace mlint {
namespace {

struct Token {
  enum class Kind { literal, any, star, deep, deep_slash, set } kind = Kind::literal;
  char character = 0;
  std::string_view set = {};  // between the brackets, without '!'
  bool negated = false;
};

bool in_set(std::string_view set, char character) {
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      const auto low = static_cast<unsigned char>(set[i]);
      const auto high = static_cast<unsigned char>(set[i + 2]);
      const auto wanted = static_cast<unsigned char>(character);
      if (low <= wanted && wanted <= high) return true;
      i += 2;
    } else if (set[i] == character) {
      return true;
    }
  }
  return false;
}

// "**/" is one token that matches nothing or anything that ends in '/'; another "**" matches anything.
std::size_t read_stars(std::string_view pattern, std::size_t at, std::vector<Token>& tokens) {
  std::size_t end = at;
  while (end < pattern.size() && pattern[end] == '*') ++end;
  if (end - at == 1) {
    tokens.push_back({Token::Kind::star});
    return end;
  }
  const bool starts_part = at == 0 || pattern[at - 1] == '/';
  if (starts_part && end < pattern.size() && pattern[end] == '/') {
    tokens.push_back({Token::Kind::deep_slash});
    return end + 1;
  }
  tokens.push_back({Token::Kind::deep});
  return end;
}

// A bracket that is never closed is an ordinary character.
std::size_t read_set(std::string_view pattern, std::size_t at, std::vector<Token>& tokens) {
  std::size_t begin = at + 1;
  const bool negated = begin < pattern.size() && (pattern[begin] == '!' || pattern[begin] == '^');
  if (negated) ++begin;
  const std::size_t close = pattern.find(']', begin + 1);
  if (begin >= pattern.size() || close == std::string_view::npos) {
    tokens.push_back({Token::Kind::literal, '['});
    return at + 1;
  }
  tokens.push_back({Token::Kind::set, 0, pattern.substr(begin, close - begin), negated});
  return close + 1;
}

std::vector<Token> tokens_of(std::string_view pattern) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < pattern.size();) {
    const char character = pattern[at];
    if (character == '*') {
      at = read_stars(pattern, at, tokens);
    } else if (character == '[') {
      at = read_set(pattern, at, tokens);
    } else if (character == '?') {
      tokens.push_back({Token::Kind::any});
      ++at;
    } else {
      if (character == '\\' && at + 1 < pattern.size()) ++at;
      tokens.push_back({Token::Kind::literal, pattern[at]});
      ++at;
    }
  }
  return tokens;
}

bool takes(const Token& token, char character) {
  switch (token.kind) {
    case Token::Kind::literal:
      return token.character == character;
    case Token::Kind::set:
      return character != '/' && in_set(token.set, character) != token.negated;
    case Token::Kind::any:
    case Token::Kind::star:
      return character != '/';
    case Token::Kind::deep:
    case Token::Kind::deep_slash:
      return true;
  }
  return false;
}

bool repeats(const Token& token) {
  return token.kind == Token::Kind::star || token.kind == Token::Kind::deep || token.kind == Token::Kind::deep_slash;
}

// reached[i]: the text so far can be matched by the first i tokens. deep_slash may be left only at a part's start.
void skip_empty(const std::vector<Token>& tokens, std::vector<char>& reached, bool at_part_start) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!reached[i] || !repeats(tokens[i])) continue;
    if (tokens[i].kind != Token::Kind::deep_slash || at_part_start) reached[i + 1] = 1;
  }
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  const std::vector<Token> tokens = tokens_of(pattern);
  std::vector<char> reached(tokens.size() + 1, 0);
  reached[0] = 1;
  skip_empty(tokens, reached, true);
  for (char character : path) {
    std::vector<char> next(tokens.size() + 1, 0);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (!reached[i] || !takes(tokens[i], character)) continue;
      next[repeats(tokens[i]) ? i : i + 1] = 1;
    }
    reached = std::move(next);
    skip_empty(tokens, reached, character == '/');
  }
  return reached[tokens.size()] != 0;
}

namespace {

bool line_excludes(std::string_view pattern, std::string_view path) {
  bool directory_only = false;
  while (pattern.ends_with('/')) {
    pattern.remove_suffix(1);
    directory_only = true;
  }
  const bool anchored = pattern.find('/') != std::string_view::npos;
  if (pattern.starts_with("./")) pattern.remove_prefix(2);
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  if (pattern.empty()) return false;
  for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
    const bool whole = end == std::string_view::npos;
    const std::string_view head = path.substr(0, end);
    const std::string_view candidate = anchored ? head : head.substr(head.rfind('/') + 1);
    if (!(whole && directory_only) && glob_matches(pattern, candidate)) return true;
    if (whole) return false;
  }
}

}  // namespace

bool glob_excludes(std::span<const std::string> patterns, std::string_view path) {
  bool excluded = false;
  for (std::string_view pattern : patterns) {
    if (pattern.starts_with('!')) {
      if (excluded && line_excludes(pattern.substr(1), path)) excluded = false;
    } else if (!excluded && line_excludes(pattern, path)) {
      excluded = true;
    }
  }
  return excluded;
}

}  // namespace mlint
