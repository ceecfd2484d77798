#include "parsers/python/plain/parser.h"

// Simple statements.
namespace mlint::py {

void PlainParser::statement(Children& into) {
  const Nested nested(*this);
  switch (ahead()) {
    case Token::if_:
      return add(into, if_statement());
    case Token::for_:
      return add(into, for_statement());
    case Token::while_:
      return add(into, while_statement());
    case Token::try_:
      return add(into, try_statement());
    case Token::with:
      return add(into, with_statement());
    case Token::def:
      return add(into, function());
    case Token::class_:
      return add(into, class_());
    case Token::at:
      return add(into, decorated());
    default:
      simple_statements(into);
  }
}

std::uint32_t PlainParser::simple_statements(Children& into) {
  do {
    add(into, simple_statement());
  } while (accept(Token::semicolon) && !is(Token::newline));
  const std::uint32_t end = here();
  expect(Token::newline);
  return end;
}

NodeId PlainParser::simple_statement() {
  switch (ahead()) {
    case Token::import:
      return import();
    case Token::from:
      return import_from();
    case Token::pass:
    case Token::break_:
    case Token::continue_:
      return taken(NodeKind::other);
    case Token::return_:
      return keyword_statement(NodeKind::return_statement);
    case Token::del:
      return keyword_statement(NodeKind::delete_statement);
    case Token::assert_:
    case Token::global:
    case Token::nonlocal:
      return names_statement();
    case Token::raise:
      return raise();
    default:
      return expression_statement();
  }
}

NodeId PlainParser::expression_statement() {
  const std::uint32_t begin = here();
  if (is(Token::yield)) return node(NodeKind::expression_statement, begin, {yield()});
  const bool soft = is(Token::soft_name), prints = soft && lexer_.text() == "print";
  Children items;
  bool several = false;
  add(items, bare_element());
  while (accept(Token::comma)) {
    several = true;
    if (is(Token::assign)) break;
    add(items, bare_element());
  }
  // `print (a), b` is a statement of Python 2.
  const bool called = prints && kind_of(items.first) == NodeKind::call && !several &&
                      kind_of(nodes_[items.first].first_child) == NodeKind::identifier;
  if (prints && !(called && is(Token::newline))) return failure();
  // `type X = …`, `match x:`
  if (soft && !prints && !(is(Token::assign) && !several && kind_of(items.first) == NodeKind::identifier))
    return failure();
  if (is(Token::assign)) return node(NodeKind::expression_statement, begin, {assignment(begin, items, several)});
  if (is(Token::colon) && !several) return node(NodeKind::expression_statement, begin, {annotated(items.first)});
  if (!is(Token::augmented)) return node(NodeKind::expression_statement, begin, items);
  if (several) return failure();
  const NodeId left = target(items.first, Field::none);
  const NodeId change = sign();
  const NodeId right = right_side();
  return node(NodeKind::expression_statement, begin,
              {node(NodeKind::augmented_assignment, begin, {left, change, right})});
}

// After the targets, at `=`.
NodeId PlainParser::assignment(std::uint32_t begin, const Children& items, bool several) {
  const Nested nested(*this);
  NodeId left = no_node;
  if (several) {
    const std::uint32_t end = lexer_.last_end();
    for (NodeId each = items.first; each != no_node; each = nodes_[each].next) target(each, Field::none);
    left = node(NodeKind::pattern_list, begin, items, Field::left);
    nodes_[left].span.end = end;
  } else {
    left = target(items.first, Field::left);
  }
  expect(Token::assign);
  const NodeId right = in_field(right_side(), Field::right);
  return node(NodeKind::assignment, begin, {left, right});
}

NodeId PlainParser::right_side() {
  const std::uint32_t begin = here();
  if (is(Token::yield)) return yield();
  Children items;
  bool several = false;
  add(items, bare_element());
  while (accept(Token::comma)) {
    several = true;
    if (is(Token::assign)) break;
    add(items, bare_element());
  }
  if (is(Token::assign)) return assignment(begin, items, several);
  return several ? node(NodeKind::expression_list, begin, items) : items.first;
}

NodeId PlainParser::annotated(NodeId left) {
  target(left, Field::left);
  expect(Token::colon);
  const NodeId annotation = type(Field::type);
  if (!accept(Token::assign)) return node(NodeKind::assignment, begin_of(left), {left, annotation});
  const NodeId right = in_field(right_side(), Field::right);
  if (kind_of(right) == NodeKind::assignment) return failure();
  return node(NodeKind::assignment, begin_of(left), {left, annotation, right});
}

// One, or several as a list.
NodeId PlainParser::expressions(Field field) {
  const std::uint32_t begin = here();
  Children items;
  add(items, bare_element());
  if (!is(Token::comma)) return in_field(items.first, field);
  while (accept(Token::comma)) {
    if (is(Token::colon)) break;
    add(items, bare_element());
  }
  return node(NodeKind::expression_list, begin, items, field);
}

NodeId PlainParser::yield() {
  const std::uint32_t begin = here();
  lexer_.take();
  if (is(Token::newline) || is(Token::semicolon)) return node(NodeKind::other, begin, Children());
  const NodeId value = accept(Token::from) ? expression() : expressions(Field::none);
  return node(NodeKind::other, begin, {value});
}

NodeId PlainParser::keyword_statement(NodeKind kind) {
  const std::uint32_t begin = here();
  lexer_.take();
  if (kind == NodeKind::return_statement && (is(Token::newline) || is(Token::semicolon)))
    return node(kind, begin, Children());
  const NodeId value = expressions(Field::none);
  return node(kind, begin, {value});
}

NodeId PlainParser::names_statement() {
  const std::uint32_t begin = here();
  const bool asserts = is(Token::assert_);
  lexer_.take();
  Children items;
  do {
    add(items, asserts ? expression() : name());
  } while (accept(Token::comma));
  return node(NodeKind::other, begin, items);
}

NodeId PlainParser::raise() {
  const std::uint32_t begin = here();
  lexer_.take();
  if (is(Token::newline) || is(Token::semicolon)) return node(NodeKind::raise_statement, begin, Children());
  const NodeId value = expression();
  const NodeId cause = accept(Token::from) ? expression() : no_node;
  return node(NodeKind::raise_statement, begin, {value, cause});
}

}  // namespace mlint::py
