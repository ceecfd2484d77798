#pragma once

#include <string>
#include <vector>

#include "parsers/python/tree.h"

namespace mlint::py {

// Everything that a tree says, a line for each node, whatever the numbers of its nodes.
inline std::string shown(const Tree& tree) {
  std::string text;
  std::vector<std::pair<NodeId, std::size_t>> left = {{0, 0}};
  while (!left.empty()) {
    const auto [id, depth] = left.back();
    left.pop_back();
    const Node& node = tree[id];
    text += std::string(depth, ' ') + std::to_string(static_cast<int>(node.kind)) + " as " +
            std::to_string(static_cast<int>(node.field)) + " at " + std::to_string(node.span.begin) + "-" +
            std::to_string(node.span.end) + (node.truncated ? " truncated\n" : "\n");
    if (node.next != no_node) left.emplace_back(node.next, depth);
    if (node.first_child != no_node) left.emplace_back(node.first_child, depth + 1);
  }
  for (const Span comment : tree.comments)
    text += "comment " + std::to_string(comment.begin) + "-" + std::to_string(comment.end) + "\n";
  for (const TreeError& error : tree.errors) text += "error " + error.message + "\n";
  return text;
}

}  // namespace mlint::py
