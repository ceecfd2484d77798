#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"

// Tokens of the plain part of Python, with the indentation that tree-sitter's grammar sees: see tree.h.
namespace mlint::py {

enum class Token : std::uint8_t {
  end,
  newline,
  indent,
  dedent,
  name,
  soft_name,  // print, exec, type, match: words only in some places
  integer,
  float_,
  string,         // without holes
  format_string,  // its beginning: prefix and quote
  open_round,
  close_round,
  open_square,
  close_square,
  open_curly,
  close_curly,
  comma,
  colon,
  semicolon,
  dot,
  ellipsis,
  assign,
  augmented,  // += and its like
  arrow,
  at,
  plus,
  minus,
  tilde,
  star,
  double_star,
  slash,
  double_slash,
  percent,
  pipe,
  ampersand,
  caret,
  shift,
  compares,  // < <= == != >= >
  exclamation,
  walrus,
  and_,
  as,
  assert_,
  break_,
  class_,
  continue_,
  def,
  del,
  elif,
  else_,
  except,
  false_,
  finally,
  for_,
  from,
  global,
  if_,
  import,
  in,
  is,
  lambda,
  none,
  nonlocal,
  not_,
  or_,
  pass,
  raise,
  return_,
  true_,
  try_,
  while_,
  with,
  yield,
};

// One token ahead. What it does not read is a failure, after which there is nothing but `end`.
class PlainLexer {
 public:
  explicit PlainLexer(std::string_view source) : source_(source) { line_start(); }

  Token token() const { return token_; }
  Span span() const { return span_; }  // of a newline, indent or dedent: empty, where what is before it ends
  std::string_view text() const { return text(span_); }
  std::string_view text(Span span) const { return source_.substr(span.begin, span.end - span.begin); }
  std::uint32_t last_end() const { return last_end_; }  // of the token taken last
  void take();

  void fail();
  bool failed() const { return failed_; }
  const std::vector<Span>& comments() const { return comments_; }

  // After a format_string: the text up to a hole or to the closing quote, which is what follows at its end.
  std::uint32_t literal_part(std::uint32_t from, std::string_view quote, bool raw);
  void enter_hole(std::uint32_t at);  // reads on as Python after `{`
  bool at(std::uint32_t place, std::string_view expected) const {
    return source_.substr(place, expected.size()) == expected;
  }
  std::uint32_t hole_specifier(std::uint32_t from);  // to the `}` behind it
  void leave_hole() { --brackets_; }                 // where its bracket is not read as Python
  void leave_format_string(std::uint32_t end);       // reads on as Python after it

 private:
  struct PendingComment {
    std::uint32_t indent, end;
  };

  char peek(std::uint32_t at) const { return at < source_.size() ? source_[at] : '\0'; }
  void set(Token token, std::uint32_t begin, std::uint32_t end);
  void next();
  void line_start();
  void dedent();
  void continuation(std::uint32_t indent);
  void end_of_line();
  std::uint32_t comment(std::uint32_t begin);
  void word();
  void number();
  void based_number();
  bool digits();
  void string(std::uint32_t begin, std::string_view prefix);
  void symbol();
  void symbol(Token token, std::uint32_t length);
  void symbol_or_augmented(Token token, std::uint32_t length);

  std::string_view source_;
  std::uint32_t at_ = 0;  // behind the token ahead
  Token token_ = Token::end;
  Span span_;
  std::uint32_t last_end_ = 0;
  std::uint32_t extent_ = 0;  // end of the last token or comment that belongs to the blocks that are open
  int brackets_ = 0;
  bool failed_ = false;
  std::vector<std::uint32_t> indents_ = {0};
  std::uint32_t wanted_indent_ = 0;  // of the line that begins, while blocks are closed
  std::vector<PendingComment> pending_;
  std::size_t first_pending_ = 0;
  std::vector<Span> comments_;
};

}  // namespace mlint::py
