#include "parsers/python/plain/parser.h"

namespace mlint::py {

NodeId PlainParser::strings() {
  const NodeId first = string();
  if (!is(Token::string) && !is(Token::format_string)) return first;
  Children parts;
  add(parts, first);
  while (is(Token::string) || is(Token::format_string)) add(parts, string());
  return node(NodeKind::concatenated_string, begin_of(first), parts);
}

NodeId PlainParser::string() { return is(Token::string) ? taken(NodeKind::string) : format_string(); }

NodeId PlainParser::format_string() {
  const Nested nested(*this);
  const Span start = lexer_.span();
  const std::string_view text = lexer_.text();
  const std::string_view quote = text.substr(text.find(text.back()));
  const bool raw = text.substr(0, text.size() - quote.size()).find_first_of("rR") != std::string_view::npos;
  Children parts;
  add(parts, leaf(NodeKind::string_start, start));
  std::uint32_t at = start.end;
  for (;;) {
    const std::uint32_t end = lexer_.literal_part(at, quote, raw);
    if (lexer_.failed()) return failure();
    if (end > at) add(parts, leaf(NodeKind::string_content, {at, end}));
    at = end;
    if (lexer_.at(at, quote)) break;
    add(parts, hole(at));
  }
  const auto end = at + static_cast<std::uint32_t>(quote.size());
  add(parts, leaf(NodeKind::string_end, {at, end}));
  lexer_.leave_format_string(end);
  return node(NodeKind::string, start.begin, parts);
}

// `{value!r:format}`; `at` goes from the bracket to behind the other.
NodeId PlainParser::hole(std::uint32_t& at) {
  const std::uint32_t begin = at;
  lexer_.enter_hole(at + 1);
  Children parts;
  add(parts, in_field(expression(), Field::expression));
  if (is(Token::exclamation)) {
    const std::uint32_t mark = here();
    lexer_.take();
    if (!is(Token::name) || lexer_.span().end != mark + 2) return failure();
    add(parts, leaf(NodeKind::type_conversion, {mark, mark + 2}, Field::type_conversion));
    lexer_.take();
  }
  at = here();
  if (is(Token::colon)) {
    const std::uint32_t end = lexer_.hole_specifier(at + 1);
    add(parts, leaf(NodeKind::format_specifier, {at, end}, Field::format_specifier));
    lexer_.leave_hole();
    at = end;
  } else if (!is(Token::close_curly)) {
    return failure();
  }
  ++at;
  const NodeId id = node(NodeKind::interpolation, begin, parts);
  nodes_[id].span.end = at;
  return id;
}

}  // namespace mlint::py
