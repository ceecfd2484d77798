#include "parsers/python/plain/parser.h"

namespace mlint::py {

// What was read as a value is assigned to.
NodeId PlainParser::target(NodeId id, Field field) {
  const Nested nested(*this);
  switch (kind_of(id)) {
    case NodeKind::identifier:
    case NodeKind::attribute:
    case NodeKind::subscript:
      break;
    case NodeKind::list_splat:
      if (kind_of(nodes_[id].first_child) != NodeKind::identifier) return failure();
      target(nodes_[id].first_child, Field::none);
      nodes_[id].kind = NodeKind::list_splat_pattern;
      break;
    case NodeKind::tuple:
    case NodeKind::list:
      for (NodeId each = nodes_[id].first_child; each != no_node; each = nodes_[each].next) target(each, Field::none);
      nodes_[id].kind = kind_of(id) == NodeKind::tuple ? NodeKind::tuple_pattern : NodeKind::list_pattern;
      break;
    default:
      return failure();
  }
  return in_field(id, field);
}

// Of `for`, up to `in`.
NodeId PlainParser::targets(Field field) {
  const std::uint32_t begin = here();
  const auto one = [&] { return target(is(Token::star) ? bare_element() : postfix(atom()), Field::none); };
  Children items;
  add(items, one());
  if (!is(Token::comma)) return in_field(items.first, field);
  while (accept(Token::comma)) {
    if (is(Token::in)) break;
    add(items, one());
  }
  return node(NodeKind::pattern_list, begin, items, field);
}

}  // namespace mlint::py
