#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"

// The syntax tree of a Python text, flat: tree-sitter's tree is walked once, copied into this and freed.
namespace mlint::py {

// One for each node type of the grammar that the evaluator looks at; the rest is `other`.
enum class NodeKind : std::uint8_t {
  other,
  token,  // an anonymous node: an operator
  error,
  aliased_import,
  argument_list,
  as_pattern,
  as_pattern_target,
  assignment,
  attribute,
  augmented_assignment,
  await,
  binary_operator,
  block,
  boolean_operator,
  call,
  case_clause,
  class_definition,
  comment,
  comparison_operator,
  concatenated_string,
  conditional_expression,
  decorated_definition,
  decorator,
  default_parameter,
  delete_statement,
  dictionary,
  dictionary_comprehension,
  dictionary_splat,
  dictionary_splat_pattern,
  dotted_name,
  elif_clause,
  ellipsis,
  else_clause,
  escape_interpolation,
  escape_sequence,
  except_clause,
  expression_list,
  expression_statement,
  false_,
  finally_clause,
  float_,
  for_in_clause,
  for_statement,
  format_specifier,
  function_definition,
  future_import_statement,
  generator_expression,
  identifier,
  if_clause,
  if_statement,
  import_from_statement,
  import_prefix,
  import_statement,
  integer,
  interpolation,
  keyword_argument,
  lambda,
  line_continuation,
  list,
  list_comprehension,
  list_pattern,
  list_splat,
  list_splat_pattern,
  match_statement,
  module,
  named_expression,
  none,
  not_operator,
  pair,
  parameters,
  parenthesized_expression,
  parenthesized_list_splat,
  pattern_list,
  raise_statement,
  relative_import,
  return_statement,
  set,
  set_comprehension,
  slice,
  string,
  string_content,
  string_end,
  string_start,
  subscript,
  true_,
  try_statement,
  tuple,
  tuple_pattern,
  type,
  type_conversion,
  typed_default_parameter,
  typed_parameter,
  unary_operator,
  while_statement,
  wildcard_import,
  with_clause,
  with_item,
  with_statement,
};

enum class Field : std::uint8_t {
  none,
  alias,
  alternative,
  argument,
  arguments,
  body,
  condition,
  consequence,
  definition,
  expression,
  format_specifier,
  function,
  left,
  module_name,
  name,
  parameters,
  right,
  subject,
  subscript,
  superclasses,
  type,
  type_conversion,
  value,
};

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = 0;  // node 0 is the module, which is nobody's child

struct Node {
  NodeKind kind = NodeKind::other;
  Field field = Field::none;  // within its parent; only where the parent's children need telling apart by it
  Span span;
  NodeId first_child = no_node;
  NodeId next = no_node;   // sibling
  bool truncated = false;  // nested too deep: its children were not read
};

struct TreeError {
  Span span;
  std::string message;
};

// Comments, punctuation and the bodies of functions and lambdas are left out; comments stand in their own list.
struct Tree {
  std::vector<Node> nodes;
  std::vector<Span> comments;
  std::vector<TreeError> errors;

  const Node& operator[](NodeId id) const { return nodes[id]; }
  NodeId child(NodeId parent, Field field) const;
  NodeId child(NodeId parent, NodeKind kind) const;
  bool has_errors() const { return !errors.empty(); }
};

struct TreeOptions {
  bool function_bodies = false;  // keep those of the outermost functions
  bool every_body = false;       // keep those of all functions and lambdas
  std::uint32_t offset = 0;      // added to every position: `source` is a part of a file
  std::uint32_t max_depth = 1000;
};

// Total and iterative. Nodes nested deeper than `max_depth` have no children.
Tree read_tree(std::string_view source, const TreeOptions& options);

// By tree-sitter, whatever the text: the same tree.
Tree read_full_tree(std::string_view source, const TreeOptions& options);

}  // namespace mlint::py
