#include "parsers/python/plain/parser.h"

// Statements with blocks.
namespace mlint::py {

NodeId PlainParser::block(Field field) {
  expect(Token::colon);
  return suite(field);
}

// After the colon. It ends with the comments that are indented for it.
NodeId PlainParser::suite(Field field) {
  Children children;
  std::uint32_t end = 0;
  if (accept(Token::newline)) {
    expect(Token::indent);
    while (!is(Token::dedent) && !is(Token::end)) statement(children);
    end = here();
    expect(Token::dedent);
  } else {
    end = simple_statements(children);
  }
  const NodeId id = node(NodeKind::block, children.first == no_node ? end : begin_of(children.first), children, field);
  nodes_[id].span.end = end;
  return id;
}

NodeId PlainParser::else_clause(Field field) {
  if (!is(Token::else_)) return no_node;
  const std::uint32_t begin = here();
  lexer_.take();
  Children children;
  add(children, block(Field::body));
  return compound(NodeKind::else_clause, begin, children, field);
}

NodeId PlainParser::if_statement() {
  const std::uint32_t begin = here();
  Children children;
  lexer_.take();
  add(children, in_field(expression(), Field::condition));
  add(children, block(Field::consequence));
  while (is(Token::elif)) {
    const std::uint32_t clause = here();
    Children parts;
    lexer_.take();
    add(parts, in_field(expression(), Field::condition));
    add(parts, block(Field::consequence));
    add(children, compound(NodeKind::elif_clause, clause, parts, Field::alternative));
  }
  add(children, else_clause(Field::alternative));
  return compound(NodeKind::if_statement, begin, children);
}

NodeId PlainParser::for_statement() {
  const std::uint32_t begin = here();
  Children children;
  lexer_.take();
  add(children, targets(Field::left));
  expect(Token::in);
  add(children, expressions(Field::right));
  add(children, block(Field::body));
  add(children, else_clause(Field::alternative));
  return compound(NodeKind::for_statement, begin, children);
}

NodeId PlainParser::while_statement() {
  const std::uint32_t begin = here();
  Children children;
  lexer_.take();
  add(children, in_field(expression(), Field::condition));
  add(children, block(Field::body));
  add(children, else_clause(Field::alternative));
  return compound(NodeKind::while_statement, begin, children);
}

NodeId PlainParser::try_statement() {
  const std::uint32_t begin = here();
  Children children;
  lexer_.take();
  add(children, block(Field::body));
  while (is(Token::except)) add(children, except_clause());
  add(children, else_clause(Field::none));
  if (is(Token::finally)) {
    const std::uint32_t clause = here();
    Children parts;
    lexer_.take();
    add(parts, block(Field::none));
    add(children, compound(NodeKind::finally_clause, clause, parts));
  }
  return compound(NodeKind::try_statement, begin, children);
}

// `X as name` is an expression, and binds closer than operators do.
NodeId PlainParser::as_pattern(Field field) {
  const NodeId value = expression();
  if (!is(Token::as)) return in_field(value, field);
  switch (kind_of(value)) {
    case NodeKind::identifier:
    case NodeKind::attribute:
    case NodeKind::call:
    case NodeKind::subscript:
    case NodeKind::tuple:
      break;
    default:
      return failure();
  }
  lexer_.take();
  const std::uint32_t begin = here();
  const NodeId bound = postfix(atom());
  const NodeId alias = node(NodeKind::as_pattern_target, begin, {bound});
  return node(NodeKind::as_pattern, begin_of(value), {value, alias}, field);
}

NodeId PlainParser::except_clause() {
  const std::uint32_t begin = here();
  Children children;
  lexer_.take();
  if (!is(Token::colon)) add(children, as_pattern(Field::value));
  while (accept(Token::comma)) {
    if (kind_of(children.last) == NodeKind::as_pattern) return failure();
    add(children, as_pattern(Field::value));
  }
  add(children, block(Field::none));
  return compound(NodeKind::except_clause, begin, children);
}

NodeId PlainParser::with_statement() {
  const std::uint32_t begin = here();
  lexer_.take();
  if (is(Token::open_round)) return failure();  // one context, or several
  const std::uint32_t first = here();
  Children items;
  do {
    const std::uint32_t item = here();
    const NodeId value = as_pattern(Field::value);
    add(items, node(NodeKind::with_item, item, {value}));
  } while (accept(Token::comma));
  Children children;
  add(children, node(NodeKind::with_clause, first, items));
  add(children, block(Field::body));
  return compound(NodeKind::with_statement, begin, children);
}

// What lies in a body that is not kept has been read all the same: it may be wrong.
NodeId PlainParser::body(bool kept) {
  const NodeId id = suite(Field::body);
  if (kept) return id;
  nodes_[id].first_child = no_node;
  heights_[id] = 0;
  return id;
}

NodeId PlainParser::function() {
  const std::uint32_t begin = here();
  Children children;
  lexer_.take();
  add(children, in_field(name(), Field::name));
  const std::uint32_t list = here();
  expect(Token::open_round);
  Children given;
  parameters(given, Token::close_round, true);
  expect(Token::close_round);
  add(children, node(NodeKind::parameters, list, given, Field::parameters));
  const bool annotated = accept(Token::arrow);
  if (annotated) add(children, type(Field::none));
  expect(Token::colon);
  if (annotated && !is(Token::newline)) return failure();  // `None: x` may be a type of two parts
  ++functions_;
  add(children, body(options_.every_body || (options_.function_bodies && functions_ == 1)));
  --functions_;
  return compound(NodeKind::function_definition, begin, children);
}

NodeId PlainParser::class_() {
  const std::uint32_t begin = here();
  Children children;
  lexer_.take();
  add(children, in_field(name(), Field::name));
  if (is(Token::open_round)) add(children, in_field(arguments(), Field::superclasses));
  add(children, block(Field::body));
  return compound(NodeKind::class_definition, begin, children);
}

NodeId PlainParser::decorated() {
  const std::uint32_t begin = here();
  Children children;
  while (is(Token::at)) {
    const std::uint32_t decorator = here();
    lexer_.take();
    const NodeId value = expression();
    const std::uint32_t end = here();  // behind a comment on its line
    const std::size_t comments = lexer_.comments().size();
    expect(Token::newline);
    if (lexer_.comments().size() > comments) return failure();  // it may end the block for the grammar's scanner
    add(children, node(NodeKind::decorator, decorator, {value}));
    nodes_[children.last].span.end = end;
  }
  if (!is(Token::def) && !is(Token::class_)) return failure();
  add(children, in_field(is(Token::def) ? function() : class_(), Field::definition));
  return compound(NodeKind::decorated_definition, begin, children);
}

}  // namespace mlint::py
