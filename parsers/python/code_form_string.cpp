#include <algorithm>

#include "parsers/python/code_former.h"
#include "parsers/python/literal.h"

// Strings, however they are put together.
namespace mlint::py {

bool CodeFormer::is_string(NodeId id) const {
  return id != no_node && (tree_[id].kind == NodeKind::string || tree_[id].kind == NodeKind::concatenated_string);
}

// Bytes and what cannot be decoded: false.
bool CodeFormer::add_string(NodeId id, Template& out) {
  if (tree_[id].kind == NodeKind::concatenated_string) {
    const auto parts = children(id);
    return std::all_of(parts.begin(), parts.end(), [&](NodeId part) { return add_string(part, out); });
  }
  const NodeId start = tree_[id].first_child;
  if (start == no_node) {
    const Value value = evaluator_.eval(id);
    const auto* string = value.as<String>();
    if (string != nullptr) out.literal(string->text);
    return string != nullptr;
  }
  if (tree_[start].kind != NodeKind::string_start) return false;
  const StringPrefix prefix = read_prefix(text(start));
  if (prefix.bytes) return false;
  std::uint32_t at = tree_[start].span.end;
  for (NodeId part = tree_[start].next; part != no_node; part = tree_[part].next) {
    const Node& node = tree_[part];
    if (node.kind != NodeKind::interpolation && node.kind != NodeKind::string_end) continue;
    String piece;
    const Span content{at, node.span.begin};
    if (!decode_string(evaluator_.text(content), at, FileId::none, prefix, piece).empty()) return false;
    out.literal(piece.text);
    at = node.span.end;
    if (node.kind == NodeKind::interpolation && !add_interpolation(part, out)) return false;
  }
  return true;
}

bool CodeFormer::add_interpolation(NodeId id, Template& out) {
  const NodeId expression = tree_.child(id, Field::expression);
  if (expression == no_node || text(id).substr(0, text(id).size() - 1).ends_with('=')) return false;
  const NodeId conversion = tree_.child(id, Field::type_conversion);
  const NodeId spec = tree_.child(id, Field::format_specifier);
  if (spec != no_node && tree_[spec].first_child != no_node) return false;
  const auto shown = [&](NodeId part) { return part == no_node ? std::string_view() : text(part).substr(1); };
  out.hole(form(expression), shown(conversion), shown(spec));
  return true;
}

std::optional<std::string> CodeFormer::string_text(NodeId id) {
  const Value value = evaluator_.eval(id);
  const auto* string = value.as<String>();
  return string == nullptr ? std::nullopt : std::optional(string->text);
}

std::optional<std::string> CodeFormer::filled(const std::optional<TemplatePieces>& pieces, const Given& given) {
  if (!pieces) return std::nullopt;
  Template out;
  for (const TemplatePiece& piece : *pieces) {
    out.literal(piece.literal);
    if (!piece.hole) continue;
    const auto value = given.find(piece.name);
    if (value == given.end()) return std::nullopt;
    out.hole(form(value->second) + piece.attributes, piece.conversion, piece.spec);
  }
  return out.quoted();
}

// "…".format(…)
std::optional<std::string> CodeFormer::format_call(NodeId pattern, NodeId arguments) {
  const auto written = string_text(pattern);
  if (!written) return std::nullopt;
  Given given;
  int position = 0;
  for (const NodeId child : children(arguments)) {
    const NodeKind kind = tree_[child].kind;
    if (kind == NodeKind::list_splat || kind == NodeKind::dictionary_splat) return std::nullopt;
    const bool named = kind == NodeKind::keyword_argument;
    given[named ? std::string(text(tree_[child].first_child)) : std::to_string(position++)] =
        named ? last_child(child) : child;
  }
  return filled(brace_pieces(*written), given);
}

// "…" % values: a tuple, a dictionary, or one value.
std::optional<std::string> CodeFormer::percent(NodeId pattern, NodeId right) {
  const auto written = string_text(pattern);
  if (!written) return std::nullopt;
  while (tree_[right].kind == NodeKind::parenthesized_expression) right = tree_[right].first_child;
  Given given;
  if (tree_[right].kind == NodeKind::tuple) {
    int position = 0;
    for (const NodeId value : children(right)) given[std::to_string(position++)] = value;
  } else if (tree_[right].kind == NodeKind::dictionary) {
    for (const NodeId pair : children(right)) {
      const auto key = tree_[pair].kind == NodeKind::pair ? string_text(tree_[pair].first_child) : std::nullopt;
      if (!key) return std::nullopt;
      given[*key] = last_child(pair);
    }
  } else {
    given["0"] = right;
  }
  return filled(percent_pieces(*written), given);
}

}  // namespace mlint::py
