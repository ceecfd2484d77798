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

// One operand of a type: `a.b`, `None`, `"Later"`, `[int]`; behind `|` also `list[int]`.
NodeId PlainParser::simple_type() {
  switch (ahead()) {
    case Token::name:
    case Token::none:
    case Token::string:
    case Token::ellipsis:
    case Token::open_square:
      break;
    default:
      return failure();
  }
  return postfix(atom());
}

// `list[int]` and `list[int] | None` have nodes of their own, what else there is is an expression. Longer ones that
// begin with brackets are not read: how the grammar groups them depends on where the others stand.
NodeId PlainParser::type(Field field) {
  const Nested nested(*this);
  const std::uint32_t begin = here();
  if (is(Token::name)) {
    const NodeId first = name();
    if (is(Token::open_square)) return generic_type(begin, first, field);
    return union_type(begin, postfix(first), field);
  }
  const NodeId first = simple_type();
  return union_type(begin, first, field);
}

NodeId PlainParser::union_type(std::uint32_t begin, NodeId value, Field field) {
  while (is(Token::pipe)) {
    const NodeId symbol = sign();
    const NodeId right = simple_type();
    value = node(NodeKind::binary_operator, begin, {value, symbol, right});
  }
  return node(NodeKind::type, begin, {value}, field);
}

NodeId PlainParser::generic_type(std::uint32_t begin, NodeId origin, Field field) {
  const std::uint32_t bracket = here();
  lexer_.take();
  Children given;
  do {
    add(given, type(Field::none));
  } while (accept(Token::comma));
  expect(Token::close_square);
  const NodeId parameters = node(NodeKind::other, bracket, given);
  const NodeId generic = node(NodeKind::other, begin, {origin, parameters});
  const NodeId whole = node(NodeKind::type, begin, {generic}, field);
  if (!accept(Token::pipe)) return whole;
  const std::uint32_t second = here();
  const NodeId operand = is(Token::name) ? name() : simple_type();
  if (is(Token::open_square)) return failure();
  const NodeId right = postfix(operand);
  const NodeId other = node(NodeKind::type, second, {right});
  if (is(Token::pipe)) return failure();
  in_field(whole, Field::none);
  const NodeId either = node(NodeKind::other, begin, {whole, other});
  return node(NodeKind::type, begin, {either}, field);
}

}  // namespace mlint::py
