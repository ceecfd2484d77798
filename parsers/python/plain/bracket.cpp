#include "parsers/python/plain/parser.h"

// Displays, comprehensions, calls and subscripts.
namespace mlint::py {

// Between brackets, a value or what `*` unpacks.
NodeId PlainParser::element() { return is(Token::star) ? unpacked(NodeKind::list_splat) : expression(); }

// Where no comma follows, the grammar binds `*` closer than `.name`: it may be a target.
NodeId PlainParser::alone(NodeId first) {
  const bool unpacks = kind_of(first) == NodeKind::list_splat;
  return unpacks && kind_of(nodes_[first].first_child) != NodeKind::identifier && !is(Token::comma) ? failure() : first;
}

// Of a statement.
NodeId PlainParser::bare_element() {
  const NodeId id = element();
  const bool plain = kind_of(id) != NodeKind::list_splat || kind_of(nodes_[id].first_child) == NodeKind::identifier;
  return plain ? id : failure();
}

// After `*` or `**`.
NodeId PlainParser::unpacked(NodeKind kind) {
  const std::uint32_t begin = here();
  lexer_.take();
  const NodeId value = postfix(atom());
  return node(kind, begin, {value});
}

void PlainParser::elements(Children& children, Token close) {
  while (accept(Token::comma)) {
    if (is(close)) break;
    add(children, element());
  }
}

NodeId PlainParser::in_round() {
  const std::uint32_t begin = here();
  lexer_.take();
  if (accept(Token::close_round)) return node(NodeKind::tuple, begin, Children());
  Children children;
  add(children, alone(element()));
  if (is(Token::for_)) return comprehension(NodeKind::generator_expression, begin, children.first, Token::close_round);
  const bool several = is(Token::comma);
  if (!several && kind_of(children.first) == NodeKind::list_splat) return failure();
  elements(children, Token::close_round);
  expect(Token::close_round);
  return node(several ? NodeKind::tuple : NodeKind::parenthesized_expression, begin, children);
}

NodeId PlainParser::in_square() {
  const std::uint32_t begin = here();
  lexer_.take();
  Children children;
  if (accept(Token::close_square)) return node(NodeKind::list, begin, children);
  add(children, alone(element()));
  if (is(Token::for_)) return comprehension(NodeKind::list_comprehension, begin, children.first, Token::close_square);
  elements(children, Token::close_square);
  expect(Token::close_square);
  return node(NodeKind::list, begin, children);
}

NodeId PlainParser::pair_or_element() {
  const std::uint32_t begin = here();
  if (is(Token::double_star)) return unpacked(NodeKind::dictionary_splat);
  const NodeId key = element();
  if (!accept(Token::colon)) return key;
  if (kind_of(key) == NodeKind::list_splat) return failure();
  const NodeId value = expression();
  return node(NodeKind::pair, begin, {key, value});
}

NodeId PlainParser::in_curly() {
  const std::uint32_t begin = here();
  lexer_.take();
  Children children;
  if (accept(Token::close_curly)) return node(NodeKind::dictionary, begin, children);
  const NodeId first = alone(pair_or_element());
  add(children, first);
  const auto maps = [&](NodeId id) {
    return kind_of(id) == NodeKind::pair || kind_of(id) == NodeKind::dictionary_splat;
  };
  const bool dictionary = maps(first);
  if (is(Token::for_)) {
    const NodeKind kind = dictionary ? NodeKind::dictionary_comprehension : NodeKind::set_comprehension;
    return comprehension(kind, begin, first, Token::close_curly);
  }
  while (accept(Token::comma)) {
    if (is(Token::close_curly)) break;
    const NodeId next = pair_or_element();
    if (maps(next) != dictionary) return failure();
    add(children, next);
  }
  expect(Token::close_curly);
  return node(dictionary ? NodeKind::dictionary : NodeKind::set, begin, children);
}

NodeId PlainParser::comprehension(NodeKind kind, std::uint32_t begin, NodeId body, Token close) {
  if (kind_of(body) == NodeKind::list_splat || kind_of(body) == NodeKind::dictionary_splat) return failure();
  Children children;
  add(children, body);
  while (is(Token::for_) || is(Token::if_)) {
    const std::uint32_t clause = here();
    if (accept(Token::if_)) {
      const NodeId condition = disjunction();
      add(children, node(NodeKind::if_clause, clause, {condition}));
      continue;
    }
    lexer_.take();
    const NodeId bound = targets(Field::left);
    expect(Token::in);
    const NodeId source = in_field(disjunction(), Field::right);
    add(children, node(NodeKind::for_in_clause, clause, {bound, source}));
  }
  expect(close);
  return node(kind, begin, children);
}

// ---- calls

NodeId PlainParser::argument() {
  const std::uint32_t begin = here();
  if (is(Token::double_star)) return unpacked(NodeKind::dictionary_splat);
  if (is(Token::star)) return unpacked(NodeKind::list_splat);
  const NodeId value = expression();
  if (!is(Token::assign)) return value;
  if (kind_of(value) != NodeKind::identifier) return failure();
  lexer_.take();
  const NodeId given = expression();
  return node(NodeKind::keyword_argument, begin, {value, given});
}

NodeId PlainParser::arguments() {
  const std::uint32_t begin = here();
  lexer_.take();
  Children children;
  if (accept(Token::close_round)) return node(NodeKind::argument_list, begin, children);
  add(children, argument());
  if (is(Token::for_)) {
    if (kind_of(children.first) == NodeKind::keyword_argument) return failure();
    return comprehension(NodeKind::generator_expression, begin, children.first, Token::close_round);
  }
  while (accept(Token::comma)) {
    if (is(Token::close_round)) break;
    add(children, argument());
  }
  expect(Token::close_round);
  return node(NodeKind::argument_list, begin, children);
}

NodeId PlainParser::subscripts(NodeId value) {
  const std::uint32_t begin = begin_of(value);
  lexer_.take();
  Children children;
  add(children, in_field(value, Field::value));
  do {
    if (is(Token::close_square) && children.first != children.last) break;
    add(children, in_field(subscript(), Field::subscript));
  } while (accept(Token::comma));
  expect(Token::close_square);
  return node(NodeKind::subscript, begin, children);
}

NodeId PlainParser::subscript() {
  const std::uint32_t begin = here();
  Children parts;
  if (!is(Token::colon)) {
    const NodeId index = expression();
    if (!is(Token::colon)) return index;
    add(parts, index);
  }
  for (int colons = 0; colons < 2 && is(Token::colon); ++colons) {
    add(parts, sign());
    if (!is(Token::colon) && !is(Token::comma) && !is(Token::close_square)) add(parts, expression());
  }
  return node(NodeKind::slice, begin, parts);
}

}  // namespace mlint::py
