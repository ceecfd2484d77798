#include "parsers/sql/lexer.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace mlint::sql {
namespace {

constexpr std::size_t kMostRecoveries = 64;  // each may look at the whole rest of the text

// Kinds of characters, as scan.l has them.
enum CharacterKind : std::uint8_t { space = 1, digit = 2, word_start = 4, word_part = 8, operator_part = 16 };

constexpr std::array<std::uint8_t, 256> kKinds = [] {
  std::array<std::uint8_t, 256> kinds{};
  const auto mark = [&kinds](std::string_view characters, unsigned kind) {
    for (const char c : characters) kinds[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(kind);
  };
  mark(" \t\n\r\f\v", space);
  mark("0123456789", digit | word_part);
  mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", word_start | word_part);
  mark("$", word_part);
  mark("+-*/<>=~!@#%^&|?`", operator_part);
  for (std::size_t c = 0x80; c < kinds.size(); ++c) kinds[c] = word_start | word_part;
  return kinds;
}();

bool is(CharacterKind kind, char c) { return (kKinds[static_cast<unsigned char>(c)] & kind) != 0; }
bool is_space(char c) { return is(space, c); }
bool is_digit(char c) { return is(digit, c); }
bool starts_word(char c) { return is(word_start, c); }
bool in_word(char c) { return is(word_part, c); }
bool is_operator(char c) { return is(operator_part, c); }

enum class Lexeme : std::uint8_t { ok, unterminated_string, unterminated_identifier, unterminated_comment, end };

// Finds the next token or comment from a position; knows nothing of statements.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t position = 0;
  bool is_comment = false;

  Lexeme next(Token& token) {
    skip(space);
    is_comment = false;
    if (position >= text_.size()) return Lexeme::end;
    const std::size_t begin = position;
    const Lexeme result = scan(token.kind);
    token.span = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(position)};
    return result;
  }

 private:
  std::string_view text_;

  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  // Through a pointer of its own: a member would be stored at every character.
  void skip(CharacterKind kind) {
    const char* here = text_.data() + position;
    const char* const end = text_.data() + text_.size();
    while (here < end && is(kind, *here)) ++here;
    position = static_cast<std::size_t>(here - text_.data());
  }

  Lexeme scan(Token::Kind& kind) {
    const char c = text_[position];
    if (c == '-' && at(position + 1) == '-') return line_comment();
    if (c == '/' && at(position + 1) == '*') return block_comment();
    if (c == '\'') return string(kind, false);
    if (c == '"') return quoted(kind);
    if (c == '$') return dollar(kind);
    if (is_digit(c) || (c == '.' && is_digit(at(position + 1)))) return number(kind);
    if (starts_word(c)) return word(kind);
    if (is_operator(c)) return operators(kind);
    kind = Token::Kind::other;
    position += c == ':' && (at(position + 1) == ':' || at(position + 1) == '=') ? 2 : 1;
    return Lexeme::ok;
  }

  Lexeme line_comment() {
    is_comment = true;
    position = std::min(text_.find_first_of("\n\r", position), text_.size());
    return Lexeme::ok;
  }

  Lexeme block_comment() {
    is_comment = true;
    std::size_t depth = 0;
    while (position < text_.size()) {
      position = std::min(text_.find_first_of("*/", position), text_.size());
      if (at(position) == '/' && at(position + 1) == '*') {
        ++depth;
        position += 2;
      } else if (at(position) == '*' && at(position + 1) == '/') {
        position += 2;
        if (--depth == 0) return Lexeme::ok;
      } else {
        ++position;
      }
    }
    position = text_.size();
    return Lexeme::unterminated_comment;
  }

  Lexeme string(Token::Kind& kind, bool escapes) {
    kind = Token::Kind::string;
    ++position;
    while (position < text_.size()) {
      if (!escapes) position = std::min(text_.find('\'', position), text_.size() - 1);
      const char c = text_[position];
      if (escapes && c == '\\') {
        position += 2;
      } else if (c == '\'') {
        if (at(position + 1) != '\'') {
          ++position;
          return Lexeme::ok;
        }
        position += 2;
      } else {
        ++position;
      }
    }
    position = text_.size();
    return Lexeme::unterminated_string;
  }

  Lexeme quoted(Token::Kind& kind) {
    kind = Token::Kind::quoted;
    ++position;
    while (position < text_.size()) {
      if (text_[position] != '"') {
        ++position;
      } else if (at(position + 1) == '"') {
        position += 2;
      } else {
        ++position;
        return Lexeme::ok;
      }
    }
    return Lexeme::unterminated_identifier;
  }

  Lexeme dollar(Token::Kind& kind) {
    std::size_t end = position + 1;
    if (is_digit(at(end))) {
      while (is_digit(at(end))) ++end;
      kind = Token::Kind::parameter;
      position = end;
      return Lexeme::ok;
    }
    if (starts_word(at(end))) {
      while (in_word(at(end)) && at(end) != '$') ++end;
    }
    if (at(end) != '$') {
      kind = Token::Kind::other;
      ++position;
      return Lexeme::ok;
    }
    const std::string_view tag = text_.substr(position, end + 1 - position);
    const std::size_t close = text_.find(tag, end + 1);
    kind = Token::Kind::string;
    position = close == std::string_view::npos ? text_.size() : close + tag.size();
    return close == std::string_view::npos ? Lexeme::unterminated_string : Lexeme::ok;
  }

  Lexeme number(Token::Kind& kind) {
    kind = Token::Kind::number;
    const char base = lower(at(position + 1));
    if (at(position) == '0' && (base == 'x' || base == 'o' || base == 'b')) {
      position += 2;
      while (in_word(at(position))) ++position;
      return Lexeme::ok;
    }
    digits();
    // `1..2` is two numbers around an operator of plpgsql
    if (at(position) == '.' && at(position + 1) != '.') {
      ++position;
      digits();
    }
    if (lower(at(position)) == 'e') {
      const std::size_t sign = at(position + 1) == '+' || at(position + 1) == '-' ? 2 : 1;
      if (is_digit(at(position + sign))) {
        position += sign;
        digits();
      }
    }
    return Lexeme::ok;
  }

  void digits() {
    while (is_digit(at(position)) || (at(position) == '_' && is_digit(at(position + 1)))) ++position;
  }

  Lexeme word(Token::Kind& kind) {
    const char c = lower(at(position));
    const char next_character = at(position + 1);
    if (next_character == '\'' && (c == 'e' || c == 'b' || c == 'x' || c == 'n')) {
      ++position;
      return string(kind, c == 'e');
    }
    if (c == 'u' && next_character == '&' && (at(position + 2) == '\'' || at(position + 2) == '"')) {
      position += 2;
      return at(position) == '"' ? quoted(kind) : string(kind, false);
    }
    kind = Token::Kind::word;
    skip(word_part);
    return Lexeme::ok;
  }

  Lexeme operators(Token::Kind& kind) {
    kind = Token::Kind::op;
    while (is_operator(at(position))) {
      const char c = at(position);
      if ((c == '-' && at(position + 1) == '-') || (c == '/' && at(position + 1) == '*')) break;
      ++position;
    }
    return Lexeme::ok;
  }
};

// Statements out of tokens, as psql finds them (psqlscan.l), but every error ends with its statement.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text), scanner_(text) {
    out_.text.assign(text);
    out_.tokens.reserve(text.size() / 5 + 8);
    if (text.starts_with("\xEF\xBB\xBF")) {
      blank({0, 3});
      scanner_.position = 3;
    }
  }

  Lexed run() {
    Token token;
    while (true) {
      const Lexeme lexeme = scanner_.next(token);
      if (copy_data_ > 0 && token.span.begin >= copy_data_ && lexeme != Lexeme::end) {
        skip_copy_data();
        continue;
      }
      if (lexeme == Lexeme::end) {
        if (atomic_ > 0 && recoveries_ < kMostRecoveries) {
          restart_without_atomic();
          continue;
        }
        break;
      }
      if (lexeme != Lexeme::ok) {
        unterminated(lexeme, token);
        continue;
      }
      if (scanner_.is_comment) {
        out_.comments.push_back({token.span});
        blank(token.span);
      } else {
        take(token);
      }
    }
    finish("");
    return std::move(out_);
  }

 private:
  std::string_view text_;
  Scanner scanner_;
  Lexed out_;
  std::size_t first_ = 0;   // token of the statement under way
  std::size_t depth_ = 0;   // of brackets
  std::size_t atomic_ = 0;  // BEGIN and CASE not yet ended in the body of CREATE FUNCTION … BEGIN ATOMIC
  bool no_atomic_ = false;
  std::size_t recoveries_ = 0;
  std::uint32_t copy_data_ = 0;  // where the data of COPY … FROM stdin begins
  std::uint32_t copy_end_ = 0;

  bool word_at(std::size_t index, std::string_view word) const {
    return first_ + index < out_.tokens.size() && is_word(text_, out_.tokens[first_ + index], word);
  }
  void blank(Span span) { std::fill(out_.text.begin() + span.begin, out_.text.begin() + span.end, ' '); }

  void take(const Token& token) {
    const char c = text_[token.span.begin];
    if (token.kind == Token::Kind::other && c == '\\') {
      meta_command(token.span.begin);
      return;
    }
    if (token.kind == Token::Kind::other && c == ';' && ends_statement()) {
      finish("");
      return;
    }
    if (token.kind == Token::Kind::other) {
      if (c == '(' || c == '[') ++depth_;
      if ((c == ')' || c == ']') && depth_ > 0) --depth_;
    }
    out_.tokens.push_back(token);
    if (token.kind == Token::Kind::word && depth_ == 0) track_atomic();
  }

  // Only CREATE RULE has semicolons in brackets; elsewhere an open bracket must not swallow what follows.
  bool ends_statement() const {
    if (atomic_ > 0) return false;
    if (depth_ == 0) return true;
    const bool rule = word_at(0, "create") && (word_at(1, "rule") || (word_at(2, "replace") && word_at(3, "rule")));
    return !rule;
  }

  void track_atomic() {
    const std::size_t last = out_.tokens.size() - 1 - first_;
    if (atomic_ == 0) {
      const bool body =
          !no_atomic_ && last > 2 && word_at(last, "atomic") && word_at(last - 1, "begin") && word_at(0, "create");
      if (body) atomic_ = 1;
    } else if (word_at(last, "case")) {
      ++atomic_;
    } else if (word_at(last, "end")) {
      --atomic_;
    }
  }

  void finish(std::string problem) {
    if (out_.tokens.size() > first_) {
      const auto last = static_cast<std::uint32_t>(out_.tokens.size());
      if (problem.empty()) find_copy_data();
      out_.statements.push_back({static_cast<std::uint32_t>(first_), last, std::move(problem), {}});
    }
    first_ = out_.tokens.size();
    depth_ = atomic_ = 0;
    no_atomic_ = false;
  }

  // psql reads the lines after a COPY … FROM stdin as its data, up to `\.`.
  void find_copy_data() {
    if (!word_at(0, "copy") || copy_data_ > 0) return;
    bool from_stdin = false;
    for (std::size_t i = 1; first_ + i + 1 < out_.tokens.size(); ++i) {
      from_stdin = from_stdin || (word_at(i, "from") && word_at(i + 1, "stdin"));
    }
    if (!from_stdin) return;
    const std::size_t line = text_.find('\n', scanner_.position);
    if (line == std::string_view::npos) return;
    std::size_t end = line;
    while (end != std::string_view::npos) {
      const std::string_view rest = text_.substr(end + 1, 3);
      if (rest == "\\." || rest == "\\.\n" || rest == "\\.\r") break;
      end = text_.find('\n', end + 1);
    }
    if (end == std::string_view::npos) return;
    copy_data_ = static_cast<std::uint32_t>(line + 1);
    copy_end_ = static_cast<std::uint32_t>(end + 3);
  }

  void skip_copy_data() {
    blank({copy_data_, copy_end_});
    scanner_.position = copy_end_;
    copy_data_ = 0;
  }

  void meta_command(std::uint32_t begin) {
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    std::size_t name_end = begin + 1;
    while (name_end < end && !is_space(text_[name_end])) ++name_end;
    const std::string_view name = text_.substr(begin + 1, name_end - begin - 1);
    if (name == ";") {  // separates statements that are sent together
      finish("");
      scanner_.position = begin + 2;
      return;
    }
    static constexpr std::array<std::string_view, 17> other_work = {
        "i",    "ir",   "include",   "include_relative", "gexec", "connect", "c", "copy", "if",
        "elif", "else", "lo_import", "lo_unlink",        "endif", "bind",    "!", "q"};
    finish("");
    blank({begin, static_cast<std::uint32_t>(end)});
    scanner_.position = end;
    if (std::find(other_work.begin(), other_work.end(), name) == other_work.end()) return;
    out_.tokens.push_back({Token::Kind::other, {begin, static_cast<std::uint32_t>(end)}});
    const auto token = static_cast<std::uint32_t>(out_.tokens.size() - 1);
    out_.statements.push_back(
        {token, token + 1, {}, "what psql does at `\\" + std::string(name) + "` is not known here"});
    first_ = out_.tokens.size();
  }

  static std::string describe(Lexeme lexeme) {
    if (lexeme == Lexeme::unterminated_comment) return "unterminated comment";
    if (lexeme == Lexeme::unterminated_identifier) return "unterminated quoted identifier";
    return "unterminated quoted string";
  }

  // The statement ends at the next semicolon that ends a line, so that what follows is still read.
  void unterminated(Lexeme lexeme, Token token) {
    std::size_t end = text_.size();
    if (recoveries_++ < kMostRecoveries) {
      std::size_t semicolon = text_.find(';', token.span.begin);
      while (semicolon != std::string_view::npos) {
        const std::size_t after = text_.find_first_not_of(" \t\r", semicolon + 1);
        if (after == std::string_view::npos || text_[after] == '\n') break;
        semicolon = text_.find(';', semicolon + 1);
      }
      end = std::min(semicolon, text_.size());
    }
    token.span.end = static_cast<std::uint32_t>(end);
    token.kind = Token::Kind::other;
    out_.tokens.push_back(token);
    scanner_.position = std::min(end + 1, text_.size());
    finish(describe(lexeme));
  }

  void restart_without_atomic() {
    ++recoveries_;
    scanner_.position = out_.tokens[first_].span.begin;
    while (!out_.comments.empty() && out_.comments.back().span.begin >= scanner_.position) out_.comments.pop_back();
    out_.tokens.resize(first_);
    depth_ = atomic_ = 0;
    no_atomic_ = true;
  }
};

}  // namespace

Lexed lex(std::string_view text) { return Splitter(text).run(); }

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  Scanner scanner(text);
  Token token;
  while (scanner.next(token) != Lexeme::end) {
    if (!scanner.is_comment) tokens.push_back(token);
  }
  return tokens;
}

}  // namespace mlint::sql
