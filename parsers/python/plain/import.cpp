#include "parsers/python/plain/parser.h"

namespace mlint::py {

NodeId PlainParser::dotted_name(Field field) {
  const std::uint32_t begin = here();
  Children names;
  do {
    add(names, name());
  } while (accept(Token::dot));
  return node(NodeKind::dotted_name, begin, names, field);
}

void PlainParser::import_list(Children& children, bool in_brackets) {
  for (bool first = true; first || accept(Token::comma); first = false) {
    if (in_brackets && !first && is(Token::close_round)) return;
    const std::uint32_t begin = here();
    const NodeId imported = dotted_name(Field::name);
    if (!accept(Token::as)) {
      add(children, imported);
      continue;
    }
    const NodeId alias = in_field(name(), Field::alias);
    add(children, node(NodeKind::aliased_import, begin, {imported, alias}, Field::name));
  }
}

NodeId PlainParser::import() {
  const std::uint32_t begin = here();
  lexer_.take();
  Children names;
  import_list(names, false);
  return node(NodeKind::import_statement, begin, names);
}

NodeId PlainParser::import_from() {
  const std::uint32_t begin = here();
  lexer_.take();
  const bool future = is(Token::name) && lexer_.text() == "__future__";
  Children children;
  if (is(Token::dot) || is(Token::ellipsis)) {
    const std::uint32_t relative = here();
    while (accept(Token::dot) || accept(Token::ellipsis)) {
    }
    const NodeId prefix = node(NodeKind::import_prefix, relative, Children());
    const NodeId module = is(Token::import) ? no_node : dotted_name(Field::none);
    add(children, node(NodeKind::relative_import, relative, {prefix, module}, Field::module_name));
  } else {
    const NodeId module = dotted_name(Field::module_name);
    if (future && nodes_[nodes_[module].first_child].next != no_node) return failure();
    if (!future) add(children, module);
  }
  expect(Token::import);
  if (is(Token::star) && !future) {
    add(children, taken(NodeKind::wildcard_import));
  } else if (accept(Token::open_round)) {
    import_list(children, true);
    expect(Token::close_round);
  } else {
    import_list(children, false);
  }
  if (!future) return node(NodeKind::import_from_statement, begin, children);
  for (NodeId each = children.first; each != no_node; each = nodes_[each].next) nodes_[each].field = Field::none;
  return node(NodeKind::future_import_statement, begin, children);
}

}  // namespace mlint::py
