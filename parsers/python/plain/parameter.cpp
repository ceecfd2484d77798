#include "parsers/python/plain/parser.h"

// Parameters and their types.
namespace mlint::py {

NodeId PlainParser::lambda() {
  const std::uint32_t begin = here();
  lexer_.take();
  Children children;
  if (!is(Token::colon)) {
    const std::uint32_t list = here();
    Children given;
    parameters(given, Token::colon, false);
    add(children, node(NodeKind::other, list, given, Field::parameters));
  }
  expect(Token::colon);
  const NodeId body = in_field(expression(), Field::body);
  if (!options_.every_body) {
    nodes_[body].first_child = no_node;
    heights_[body] = 0;
  }
  add(children, body);
  return node(NodeKind::lambda, begin, children);
}

void PlainParser::parameters(Children& children, Token close, bool typed) {
  do {
    if (is(close)) return;
    add(children, parameter(typed));
  } while (accept(Token::comma));
}

NodeId PlainParser::parameter(bool typed) {
  const std::uint32_t begin = here();
  NodeId given = no_node;
  if (is(Token::slash)) return taken(NodeKind::other);
  if (is(Token::star) || is(Token::double_star)) {
    const NodeKind kind = is(Token::star) ? NodeKind::list_splat_pattern : NodeKind::dictionary_splat_pattern;
    const Span star = lexer_.span();
    lexer_.take();
    if (kind == NodeKind::list_splat_pattern && is(Token::comma)) return leaf(NodeKind::other, star);
    const NodeId rest = name();
    given = node(kind, begin, {rest});
  } else {
    given = name();
  }
  const bool plain = kind_of(given) == NodeKind::identifier;
  const NodeId annotation = typed && accept(Token::colon) ? type(Field::none) : no_node;
  if (!is(Token::assign))
    return annotation == no_node ? given : node(NodeKind::typed_parameter, begin, {given, annotation});
  if (!plain) return failure();
  lexer_.take();
  const NodeId value = in_field(expression(), Field::value);
  in_field(given, Field::name);
  if (annotation == no_node) return node(NodeKind::default_parameter, begin, {given, value});
  in_field(annotation, Field::type);
  return node(NodeKind::typed_default_parameter, begin, {given, annotation, value});
}

// Of annotations only names: what is generic or a union has nodes of its own.
NodeId PlainParser::type(Field field) {
  const std::uint32_t begin = here();
  const Token first = ahead();
  if (first != Token::name && first != Token::none && first != Token::string) return failure();
  NodeId value = taken(first == Token::name   ? NodeKind::identifier
                       : first == Token::none ? NodeKind::none
                                              : NodeKind::string);
  while (first == Token::name && accept(Token::dot)) {
    const NodeId attribute = name();
    value = node(NodeKind::attribute, begin, {value, attribute});
  }
  return node(NodeKind::type, begin, {value}, field);
}

}  // namespace mlint::py
