#include "parsers/python/plain/tree.h"

#include "parsers/python/plain/parser.h"

namespace mlint::py {

std::optional<Tree> read_plain_tree(std::string_view source, const TreeOptions& options) {
  // tree-sitter's lexer takes a NUL for the end of the text, in some places only.
  if (source.find('\0') != std::string_view::npos) return std::nullopt;
  return PlainParser(source, options).run();
}

std::optional<Tree> PlainParser::run() {
  Children children;
  while (!is(Token::end)) statement(children);
  // Of what is nested too deep tree-sitter's reader has a word to say.
  if (lexer_.failed() || children.height + 2 > options_.max_depth) return std::nullopt;
  Tree tree;
  tree.nodes = std::move(nodes_);
  std::uint32_t begin = children.first == no_node ? size_ : tree.nodes[children.first].span.begin;
  tree.comments = lexer_.comments();
  if (!tree.comments.empty()) begin = std::min(begin, tree.comments[0].begin);
  tree.nodes[0] = {NodeKind::module, Field::none, {begin, size_}, children.first, no_node, false};
  if (options_.offset == 0) return tree;
  for (Node& each : tree.nodes) each.span = {each.span.begin + options_.offset, each.span.end + options_.offset};
  for (Span& each : tree.comments) each = {each.begin + options_.offset, each.end + options_.offset};
  return tree;
}

// ---- nodes

NodeId PlainParser::leaf(NodeKind kind, Span span, Field field) {
  nodes_.push_back({kind, field, span, no_node, no_node, false});
  heights_.push_back(0);
  return static_cast<NodeId>(nodes_.size() - 1);
}

NodeId PlainParser::node(NodeKind kind, std::uint32_t begin, const Children& children, Field field) {
  nodes_.push_back({kind, field, {begin, lexer_.last_end()}, children.first, no_node, false});
  heights_.push_back(children.height);
  return static_cast<NodeId>(nodes_.size() - 1);
}

NodeId PlainParser::node(NodeKind kind, std::uint32_t begin, std::initializer_list<NodeId> children, Field field) {
  Children list;
  for (const NodeId child : children) add(list, child);
  return node(kind, begin, list, field);
}

NodeId PlainParser::compound(NodeKind kind, std::uint32_t begin, const Children& children, Field field) {
  const NodeId id = node(kind, begin, children, field);
  nodes_[id].span.end = nodes_[children.last].span.end;
  return id;
}

void PlainParser::add(Children& children, NodeId child) {
  if (child == no_node) return;
  if (children.first == no_node) {
    children.first = child;
  } else {
    nodes_[children.last].next = child;
  }
  children.last = child;
  children.height = std::max(children.height, heights_[child] + 1);
}

NodeId PlainParser::in_field(NodeId id, Field field) {
  nodes_[id].field = field;
  return id;
}

NodeId PlainParser::taken(NodeKind kind, Field field) {
  const NodeId id = leaf(kind, lexer_.span(), field);
  lexer_.take();
  return id;
}

// ---- tokens

bool PlainParser::accept(Token token) {
  if (!is(token)) return false;
  lexer_.take();
  return true;
}

void PlainParser::expect(Token token) {
  if (!accept(token)) lexer_.fail();
}

NodeId PlainParser::failure() {
  lexer_.fail();
  return leaf(NodeKind::error, lexer_.span());
}

}  // namespace mlint::py
