#include "parsers/python/evaluate.h"
#include "parsers/python/format.h"
#include "parsers/python/literal.h"

// Strings, and the holes of format strings.
namespace mlint::py {

Value Evaluator::eval_plain_string(NodeId id) {
  const auto whole = text(id);
  const auto quote = whole.find_first_of("'\"");
  if (quote == std::string_view::npos) return unknown(id, "the syntax is not understood");
  const auto prefix = read_prefix(whole.substr(0, quote));
  const char mark = whole[quote];
  const bool triple = whole.size() >= quote + 6 && whole[quote + 1] == mark && whole[quote + 2] == mark;
  const std::size_t length = triple ? 3 : 1;
  if (whole.size() < quote + 2 * length) return unknown(id, "the syntax is not understood");
  const auto content = whole.substr(quote + length, whole.size() - quote - 2 * length);
  if (prefix.bytes) {
    Bytes bytes;
    const auto problem = decode_bytes(content, prefix.raw, bytes.data);
    return problem.empty() ? make(id, std::move(bytes)) : unknown(id, problem);
  }
  String string;
  const auto begin = tree_[id].span.begin + static_cast<std::uint32_t>(quote + length);
  const auto problem = decode_string(content, begin, options_.file, prefix, string);
  return problem.empty() ? make(id, std::move(string)) : unknown(id, problem);
}

Value Evaluator::eval_string(NodeId id) {
  const auto start = tree_[id].first_child;
  if (start == no_node) return eval_plain_string(id);
  if (start == no_node || tree_[start].kind != NodeKind::string_start)
    return unknown(id, "the syntax is not understood");
  const auto prefix = read_prefix(text(start));
  String string;
  auto at = tree_[start].span.end;
  for (auto part = tree_[start].next; part != no_node; part = tree_[part].next) {
    const auto& node = tree_[part];
    if (node.kind == NodeKind::error) return unknown(id, "the syntax is not understood");
    if (node.kind != NodeKind::interpolation && node.kind != NodeKind::string_end) continue;
    const auto content = text(Span{at, node.span.begin});
    if (prefix.bytes) {
      Bytes bytes;
      const auto problem = decode_bytes(content, prefix.raw, bytes.data);
      if (!problem.empty()) return unknown(id, problem);
      return make(id, std::move(bytes));
    }
    const auto problem = decode_string(content, at, options_.file, prefix, string);
    if (!problem.empty()) return unknown(id, problem);
    at = node.span.end;
    if (node.kind == NodeKind::string_end) return make(id, std::move(string));
    const auto hole = eval(tree_.child(part, Field::expression));
    const bool shaped = tree_.child(part, Field::format_specifier) != no_node ||
                        tree_.child(part, Field::type_conversion) != no_node ||
                        text(part).substr(0, text(part).size() - 1).ends_with('=');
    auto filled = shaped ? std::nullopt : plain_text(hole);
    if (!filled || !budget_.take(filled->text.size()))
      return unknown(id, "a format string with a value that is not constant");
    string.text += filled->text;
    string.map.append(filled->map);
  }
  return unknown(id, "the syntax is not understood");
}

Value Evaluator::eval_concatenated(NodeId id) {
  auto first = tree_[id].first_child;
  auto result = eval(first);
  for (auto part = tree_[first].next; part != no_node; part = tree_[part].next) {
    auto next = eval(part);
    if (next.is<Unknown>()) return unknown(id, next.as<Unknown>()->reason);
    auto joined = binary("+", result, next, budget_);
    if (!joined)
      return unknown(id, result.is<Unknown>() ? result.as<Unknown>()->reason : "strings that cannot be joined");
    result.kind = std::move(*joined);
  }
  result.source = {options_.file, tree_[id].span};
  return place(std::move(result), tree_[id].span);
}

}  // namespace mlint::py
