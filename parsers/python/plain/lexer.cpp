#include "parsers/python/plain/lexer.h"

#include <array>
#include <cstring>

namespace mlint::py {

namespace {

struct Word {
  std::string_view text;
  Token token;
};

// `end`: a word of what is not read here.
constexpr Word words[] = {
    {"False", Token::false_},
    {"None", Token::none},
    {"True", Token::true_},
    {"and", Token::and_},
    {"as", Token::as},
    {"assert", Token::assert_},
    {"async", Token::end},
    {"await", Token::end},
    {"break", Token::break_},
    {"class", Token::class_},
    {"continue", Token::continue_},
    {"def", Token::def},
    {"del", Token::del},
    {"elif", Token::elif},
    {"else", Token::else_},
    {"except", Token::except},
    {"exec", Token::soft_name},
    {"finally", Token::finally},
    {"for", Token::for_},
    {"from", Token::from},
    {"global", Token::global},
    {"if", Token::if_},
    {"import", Token::import},
    {"in", Token::in},
    {"is", Token::is},
    {"lambda", Token::lambda},
    {"match", Token::soft_name},
    {"nonlocal", Token::nonlocal},
    {"not", Token::not_},
    {"or", Token::or_},
    {"pass", Token::pass},
    {"print", Token::soft_name},
    {"raise", Token::raise},
    {"return", Token::return_},
    {"try", Token::try_},
    {"type", Token::soft_name},
    {"while", Token::while_},
    {"with", Token::with},
    {"yield", Token::yield},
};

constexpr std::size_t longest_word = 8;

Token token_of(std::string_view text) {
  static constexpr auto possible = [] {
    std::array<std::array<bool, longest_word + 1>, 128> table{};
    for (const Word& word : words) table[static_cast<std::size_t>(word.text[0])][word.text.size()] = true;
    return table;
  }();
  if (text.size() > longest_word || !possible[static_cast<unsigned char>(text[0]) & 0x7fU][text.size()])
    return Token::name;
  for (const Word& word : words)
    if (word.text == text) return word.token;
  return Token::name;
}

enum Class : std::uint8_t { other, letter, digit };

constexpr std::array<Class, 256> classes = [] {
  std::array<Class, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = letter;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = letter;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = digit;
  table['_'] = letter;
  return table;
}();

Class class_of(char c) { return classes[static_cast<unsigned char>(c)]; }

bool closes(char c) { return c == ')' || c == ']' || c == '}'; }

bool is_prefix(std::string_view text) {
  static constexpr std::array<std::string_view, 8> prefixes = {"r", "u", "b", "f", "br", "rb", "fr", "rf"};
  std::array<char, 2> lower{};
  if (text.size() > lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) lower[i] = static_cast<char>(text[i] | 0x20);
  for (const std::string_view prefix : prefixes)
    if (prefix == std::string_view(lower.data(), text.size())) return true;
  return false;
}

bool has_flag(std::string_view prefix, char flag) {
  return prefix.find(flag) != std::string_view::npos ||
         prefix.find(static_cast<char>(flag & ~0x20)) != std::string_view::npos;
}

}  // namespace

void PlainLexer::fail() {
  failed_ = true;
  brackets_ = 0;
  at_ = static_cast<std::uint32_t>(source_.size());
  indents_.assign(1, 0);
  set(Token::end, at_, at_);
}

void PlainLexer::set(Token token, std::uint32_t begin, std::uint32_t end) {
  token_ = token;
  span_ = {begin, end};
}

void PlainLexer::take() {
  if (failed_) return;
  switch (token_) {
    case Token::newline:
      extent_ = span_.end;
      return line_start();
    case Token::dedent:
      return dedent();
    case Token::indent:
      break;
    default:
      last_end_ = extent_ = span_.end;
  }
  next();
}

std::uint32_t PlainLexer::comment(std::uint32_t begin) {
  const void* const found = std::memchr(source_.data() + begin, '\n', source_.size() - begin);
  const auto end =
      found == nullptr ? source_.size() : static_cast<std::size_t>(static_cast<const char*>(found) - source_.data());
  comments_.push_back({begin, static_cast<std::uint32_t>(end)});
  return static_cast<std::uint32_t>(end);
}

// At the begin of a line outside brackets: empty lines and comments, then the change of indentation.
void PlainLexer::line_start() {
  pending_.clear();
  first_pending_ = 0;
  std::uint32_t indent = 0;
  for (;; ++at_) {
    const char c = peek(at_);
    if (c == ' ') {
      ++indent;
    } else if (c == '\t') {
      indent += 8;
    } else if (c == '\n' && at_ < source_.size()) {
      indent = 0;
    } else if (c == '#') {
      at_ = comment(at_);
      pending_.push_back({indent, at_});
      indent = 0;
      if (at_ >= source_.size()) break;
    } else {
      break;
    }
  }
  wanted_indent_ = at_ >= source_.size() ? 0 : indent;
  if (wanted_indent_ > indents_.back()) {
    indents_.push_back(wanted_indent_);
    return set(Token::indent, extent_, extent_);
  }
  dedent();
}

// A comment belongs to the block that it is indented for, as the grammar's scanner has it; then the block ends.
void PlainLexer::dedent() {
  if (wanted_indent_ == indents_.back()) return next();
  for (; first_pending_ < pending_.size() && pending_[first_pending_].indent >= indents_.back(); ++first_pending_)
    extent_ = pending_[first_pending_].end;
  indents_.pop_back();
  if (wanted_indent_ > indents_.back()) return fail();
  set(Token::dedent, extent_, extent_);
}

// The grammar's scanner takes what is indented less than its block for the end of it, even inside brackets.
void PlainLexer::continuation(std::uint32_t indent) {
  if (indent < indents_.back() && !closes(peek(at_))) fail();
}

void PlainLexer::end_of_line() {
  if (brackets_ > 0) return fail();
  set(Token::newline, extent_, extent_);
}

void PlainLexer::next() {
  std::uint32_t indent = 0;
  bool new_line = false;
  for (;;) {
    const char c = peek(at_);
    if (c == ' ' || c == '\t') {
      indent += c == ' ' ? 1 : 8;
      ++at_;
    } else if (c == '\n' && brackets_ > 0) {
      new_line = true;
      indent = 0;
      ++at_;
    } else if (c == '\n') {
      ++at_;
      return end_of_line();
    } else if (c == '#') {
      if (new_line) continuation(indent);
      if (failed_) return;
      at_ = comment(at_);
      if (brackets_ == 0) extent_ = at_;
    } else {
      break;
    }
  }
  if (new_line) continuation(indent);
  if (failed_) return;
  if (at_ >= source_.size()) {
    // The last line is ended by the end of the text, once.
    if (token_ != Token::newline && token_ != Token::dedent && token_ != Token::end) return end_of_line();
    return set(Token::end, at_, at_);
  }
  switch (class_of(source_[at_])) {
    case letter:
      return word();
    case digit:
      return number();
    default:
      return symbol();
  }
}

void PlainLexer::word() {
  const std::uint32_t begin = at_;
  while (class_of(peek(at_)) != other) ++at_;
  const std::string_view text = source_.substr(begin, at_ - begin);
  const char c = peek(at_);
  if (c == '"' || c == '\'') {
    if (!is_prefix(text)) return fail();
    return string(begin, text);
  }
  if (static_cast<unsigned char>(c) >= 0x80) return fail();
  const Token token = token_of(text);
  if (token == Token::end) return fail();
  set(token, begin, at_);
}

// Digits, single underscores between them.
bool PlainLexer::digits() {
  if (class_of(peek(at_)) != digit) return false;
  while (class_of(peek(at_)) == digit || (peek(at_) == '_' && class_of(peek(at_ + 1)) == digit)) ++at_;
  return true;
}

void PlainLexer::based_number() {
  const std::uint32_t begin = at_;
  const bool hexadecimal = (peek(at_ + 1) | 0x20) == 'x';
  const auto belongs = [&](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return hexadecimal ? class_of(c) == digit || (lower >= 'a' && lower <= 'f') : c == '0' || c == '1';
  };
  if (!hexadecimal && (peek(at_ + 1) | 0x20) != 'b') return fail();
  at_ += 2;
  const std::uint32_t first = at_;
  while (belongs(peek(at_))) ++at_;
  if (at_ == first || class_of(peek(at_)) != other) return fail();
  set(Token::integer, begin, at_);
}

void PlainLexer::number() {
  const std::uint32_t begin = at_;
  if (source_[begin] == '0' && class_of(peek(at_ + 1)) == letter) return based_number();
  bool fraction = false;
  digits();
  if (peek(at_) == '.') {
    fraction = true;
    ++at_;
    digits();
  }
  if ((peek(at_) | 0x20) == 'e') {
    fraction = true;
    ++at_;
    if (peek(at_) == '+' || peek(at_) == '-') ++at_;
    if (!digits()) return fail();
  }
  if (class_of(peek(at_)) != other || peek(at_) == '.') return fail();
  set(fraction ? Token::float_ : Token::integer, begin, at_);
}

void PlainLexer::string(std::uint32_t begin, std::string_view prefix) {
  const char quote = source_[at_];
  const bool triple = peek(at_ + 1) == quote && peek(at_ + 2) == quote;
  const std::uint32_t length = triple ? 3 : 1;
  at_ += length;
  if (has_flag(prefix, 'f')) return set(Token::format_string, begin, at_);
  for (; at_ < source_.size(); ++at_) {
    const char c = source_[at_];
    if (c == quote && (!triple || (peek(at_ + 1) == quote && peek(at_ + 2) == quote))) {
      at_ += length;
      return set(Token::string, begin, at_);
    }
    if (c == '\n' && !triple) return fail();
    if (c != '\\') continue;
    ++at_;
    if (peek(at_) == 'N') return fail();  // a name in braces may hold anything
  }
  fail();
}

std::uint32_t PlainLexer::literal_part(std::uint32_t from, std::string_view quote, bool raw) {
  for (std::uint32_t i = from; i < source_.size(); ++i) {
    const char c = source_[i];
    if (c == quote[0] && at(i, quote)) return i;
    if (c == '{' && peek(i + 1) != '{') return i;
    if (c == '{' || (c == '}' && peek(i + 1) == '}')) {
      ++i;
    } else if (c == '\\' && raw) {
      if (std::string_view("\\\"'{}\r\n").find(peek(i + 1)) != std::string_view::npos) break;
    } else if (c == '\\') {
      ++i;
      if (peek(i) == 'N' || peek(i) == '{' || peek(i) == '}') break;
    } else if (c == '}' || (c == '\n' && quote.size() == 1)) {
      break;
    }
  }
  fail();
  return static_cast<std::uint32_t>(source_.size());
}

void PlainLexer::enter_hole(std::uint32_t at) {
  if (failed_) return;
  at_ = at;
  ++brackets_;
  next();
}

std::uint32_t PlainLexer::hole_specifier(std::uint32_t from) {
  std::uint32_t i = from;
  while (i < source_.size() && source_[i] != '{' && source_[i] != '}' && source_[i] != '\n' && source_[i] != '\\' &&
         source_[i] != '"' && source_[i] != '\'')
    ++i;
  if (peek(i) != '}') fail();
  return i;
}

void PlainLexer::leave_format_string(std::uint32_t end) {
  if (failed_) return;
  last_end_ = extent_ = at_ = end;
  token_ = Token::string;
  next();
}

void PlainLexer::symbol(Token token, std::uint32_t length) {
  set(token, at_, at_ + length);
  at_ += length;
}

void PlainLexer::symbol_or_augmented(Token token, std::uint32_t length) {
  if (peek(at_ + length) == '=') return symbol(Token::augmented, length + 1);
  symbol(token, length);
}

void PlainLexer::symbol() {
  const char c = source_[at_], second = peek(at_ + 1);
  switch (c) {
    case '"':
    case '\'':
      return string(at_, {});
    case '(':
      ++brackets_;
      return symbol(Token::open_round, 1);
    case '[':
      ++brackets_;
      return symbol(Token::open_square, 1);
    case '{':
      ++brackets_;
      return symbol(Token::open_curly, 1);
    case ')':
      if (--brackets_ < 0) return fail();
      return symbol(Token::close_round, 1);
    case ']':
      if (--brackets_ < 0) return fail();
      return symbol(Token::close_square, 1);
    case '}':
      if (--brackets_ < 0) return fail();
      return symbol(Token::close_curly, 1);
    case ',':
      return symbol(Token::comma, 1);
    case ':':
      return second == '=' ? symbol(Token::walrus, 2) : symbol(Token::colon, 1);
    case ';':
      return symbol(Token::semicolon, 1);
    case '.':
      if (second == '.' && peek(at_ + 2) == '.') return symbol(Token::ellipsis, 3);
      return class_of(second) == digit ? number() : symbol(Token::dot, 1);
    case '=':
      return second == '=' ? symbol(Token::compares, 2) : symbol(Token::assign, 1);
    case '!':
      return second == '=' ? symbol(Token::compares, 2) : symbol(Token::exclamation, 1);
    case '<':
    case '>':
      if (second == c) return symbol_or_augmented(Token::shift, 2);
      if (c == '<' && second == '>') return fail();
      return symbol(Token::compares, second == '=' ? 2 : 1);
    case '-':
      return second == '>' ? symbol(Token::arrow, 2) : symbol_or_augmented(Token::minus, 1);
    case '*':
      return second == '*' ? symbol_or_augmented(Token::double_star, 2) : symbol_or_augmented(Token::star, 1);
    case '/':
      return second == '/' ? symbol_or_augmented(Token::double_slash, 2) : symbol_or_augmented(Token::slash, 1);
    case '+':
      return symbol_or_augmented(Token::plus, 1);
    case '%':
      return symbol_or_augmented(Token::percent, 1);
    case '|':
      return symbol_or_augmented(Token::pipe, 1);
    case '&':
      return symbol_or_augmented(Token::ampersand, 1);
    case '^':
      return symbol_or_augmented(Token::caret, 1);
    case '@':
      return symbol_or_augmented(Token::at, 1);
    case '~':
      return symbol(Token::tilde, 1);
    default:
      return fail();  // a line continuation, letters beyond ASCII, control characters
  }
}

}  // namespace mlint::py
