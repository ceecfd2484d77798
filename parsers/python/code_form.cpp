#include "parsers/python/code_form.h"

#include <algorithm>
#include <array>

#include "parsers/python/code_former.h"

namespace mlint::py {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

// Text between the nodes of a tree without blanks and comments; one blank stays between words.
std::string squeezed(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '#') {
      while (i + 1 < text.size() && text[i + 1] != '\n') ++i;
    } else if (is_word(text[i])) {
      const bool apart = i > 0 && !is_word(text[i - 1]) && !result.empty() && is_word(result.back());
      if (apart) result += ' ';
      result += text[i];
    } else if (text[i] != ' ' && text[i] != '\t' && text[i] != '\n' && text[i] != '\r' && text[i] != '\\') {
      result += text[i];
    }
  }
  return result;
}

}  // namespace

std::string joined(const std::vector<std::string>& parts, std::string_view open, std::string_view close) {
  std::string result(open);
  for (std::size_t i = 0; i < parts.size(); ++i) result += (i == 0 ? "" : ",") + parts[i];
  return result += close;
}

CodeForm CodeFormer::run() && {
  NodeId top = tree_[0].first_child;
  names_ = names_of(tree_, evaluator_, top, module_.imports);
  NodeId definition = top;
  if (top != no_node && tree_[top].kind == NodeKind::decorated_definition) {
    for (NodeId child = tree_[top].first_child; child != no_node; child = tree_[child].next)
      if (tree_[child].kind == NodeKind::function_definition || tree_[child].kind == NodeKind::class_definition)
        definition = child;
  }
  own_name_ = tree_.child(definition, Field::name);
  result_.text = top == no_node ? "" : form(top);
  return std::move(result_);
}

std::vector<NodeId> CodeFormer::children(NodeId id) const {
  std::vector<NodeId> result;
  for (NodeId child = tree_[id].first_child; child != no_node; child = tree_[child].next) result.push_back(child);
  return result;
}

NodeId CodeFormer::last_child(NodeId id) const {
  NodeId last = no_node;
  for (NodeId child = tree_[id].first_child; child != no_node; child = tree_[child].next) last = child;
  return last;
}

std::string CodeFormer::name_form(NodeId id) {
  const std::string_view name = text(id);
  if (id == own_name_) return "@";
  if (names_.locals.contains(name)) {
    const auto [at, made] = numbers_.emplace(name, numbers_.size());
    return "$" + std::to_string(at->second);
  }
  // Modules move from release to release: what is imported keeps its last name.
  if (const auto found = names_.imports.find(name); found != names_.imports.end())
    return found->second.substr(found->second.rfind('.') + 1);
  const bool here =
      module_.find_function(name) != nullptr || module_.find_class(name) != nullptr || module_.find(name) != nullptr;
  if (!here) return name == "IOError" || name == "EnvironmentError" ? "OSError" : std::string(name);
  auto& uses = result_.uses;
  const auto at = std::find(uses.begin(), uses.end(), name);
  const auto index = at - uses.begin();
  if (at == uses.end()) uses.emplace_back(name);
  return "@" + std::to_string(index);
}

// Only speaks to who runs it: no row depends on it.
bool CodeFormer::only_prints(NodeId expression) {
  if (tree_[expression].kind != NodeKind::call) return false;
  const std::string callee(text(tree_[expression].first_child));
  static constexpr std::array<std::string_view, 4> speakers = {"logger.", "logging.", "log.", "warnings.warn"};
  const bool speaks =
      callee == "print" || callee.ends_with("stdout.write") || callee.ends_with("stderr.write") ||
      std::any_of(speakers.begin(), speakers.end(), [&](std::string_view it) { return callee.starts_with(it); });
  return speaks && !writes(last_child(expression));
}

// A call of a method that may change rows, or of a function of the module.
bool CodeFormer::writes(NodeId id) const {
  if (id == no_node) return false;
  if (tree_[id].kind == NodeKind::call) {
    const NodeId callee = tree_[id].first_child;
    static constexpr std::array<std::string_view, 9> harmless = {"count", "format", "join", "len",   "str",
                                                                 "repr",  "keys",   "get",  "exists"};
    const std::string_view name = tree_[callee].kind == NodeKind::attribute ? text(last_child(callee)) : text(callee);
    const bool styled = text(callee).find("style.") != std::string_view::npos;
    if (!styled && std::find(harmless.begin(), harmless.end(), name) == harmless.end()) return true;
  }
  const auto below = children(id);
  return std::any_of(below.begin(), below.end(), [&](NodeId child) { return writes(child); });
}

std::string CodeFormer::statements(NodeId block, bool of_function) {
  std::string result = "{";
  for (const NodeId child : children(block)) {
    const std::string written = statement(child);
    const bool says_nothing = of_function && written == nothing && tree_[child].next == no_node;
    if (!written.empty() && !says_nothing) result += written + ";";
  }
  return result + "}";
}

std::string CodeFormer::statement(NodeId id) {
  const Node& node = tree_[id];
  if (node.kind == NodeKind::import_statement || node.kind == NodeKind::import_from_statement ||
      node.kind == NodeKind::future_import_statement)
    return {};  // the names that are used say what they stand for
  if (node.kind == NodeKind::other && node.first_child == no_node && text(id) == "pass") return {};
  if (node.kind != NodeKind::expression_statement) return form(id);
  const NodeId inner = node.first_child;
  if (inner == no_node || (tree_[inner].next == no_node && is_string(inner)) || only_prints(inner)) return {};
  return form(id);
}

std::string CodeFormer::assignment(NodeId id) {
  const NodeId left = tree_.child(id, Field::left), right = tree_.child(id, Field::right);
  if (right == no_node) return {};  // an annotation
  const bool unused = tree_[left].kind == NodeKind::identifier && names_.locals.contains(text(left)) && !names_.outer &&
                      names_.count[text(left)] == 1;
  return unused ? form(right) : form(left) + "=" + form(right);
}

// for x in y: yield x
bool CodeFormer::only_yields(NodeId id) const {
  const NodeId target = tree_.child(id, Field::left), body = tree_.child(id, Field::body);
  if (tree_[target].kind != NodeKind::identifier || body == no_node) return false;
  const NodeId first = tree_[body].first_child;
  if (first == no_node || tree_[first].next != no_node || tree_[first].kind != NodeKind::expression_statement)
    return false;
  return squeezed(text(first)) == "yield " + std::string(text(target));
}

std::string CodeFormer::list(NodeId id, std::string_view open, std::string_view close) {
  std::vector<std::string> parts;
  for (const NodeId child : children(id)) parts.push_back(form(child));
  return joined(parts, open, close);
}

std::string CodeFormer::definition(NodeId id) {
  const bool is_class = tree_[id].kind == NodeKind::class_definition;
  std::string result = (is_class ? "class " : "def ") + form(tree_.child(id, Field::name));
  const NodeId given = tree_.child(id, is_class ? Field::superclasses : Field::parameters);
  if (given != no_node) {
    std::vector<std::string> parts;
    for (const NodeId child : children(given))
      if (text(child) != "object") parts.push_back(form(child));
    result += joined(parts, "(", ")");
  } else {
    result += "()";
  }
  const NodeId body = tree_.child(id, Field::body);
  return body == no_node ? result : result + statements(body, !is_class);
}

// As written, its parts in their form: nothing of it is lost.
std::string CodeFormer::generic(NodeId id) {
  const Node& node = tree_[id];
  if (node.first_child == no_node) return squeezed(text(id));
  std::string result = "(";
  std::uint32_t at = node.span.begin;
  for (NodeId child = node.first_child; child != no_node; child = tree_[child].next) {
    result += squeezed(evaluator_.text(Span{at, tree_[child].span.begin}));
    result += " " + form(child);
    at = tree_[child].span.end;
  }
  std::string rest = squeezed(evaluator_.text(Span{at, node.span.end}));
  if (rest.starts_with(',')) rest.erase(0, 1);
  return result + rest + ")";
}

std::string CodeFormer::form(NodeId id) {
  const Node& node = tree_[id];
  switch (node.kind) {
    case NodeKind::identifier:
      return name_form(id);
    case NodeKind::attribute:
      return form(node.first_child) + "." + std::string(text(last_child(id)));
    case NodeKind::keyword_argument:
      return std::string(text(node.first_child)) + "=" + form(last_child(id));
    case NodeKind::parenthesized_expression:
      return node.first_child == no_node ? "()" : form(node.first_child);
    case NodeKind::expression_statement: {
      const auto parts = children(id);
      return parts.size() == 1 ? form(parts[0]) : list(id, "T(", ")");
    }
    case NodeKind::string:
    case NodeKind::concatenated_string: {
      Template out;
      if (add_string(id, out)) return out.quoted();
      const Value value = evaluator_.eval(id);
      const auto* bytes = value.as<Bytes>();
      return bytes != nullptr ? "b\"" + bytes->data + '"' : std::string(text(id));
    }
    case NodeKind::binary_operator: {
      const auto parts = children(id);
      if (parts.size() == 3 && text(parts[1]) == "%" && is_string(parts[0]))
        if (auto made = percent(parts[0], parts[2])) return *std::move(made);
      return generic(id);
    }
    case NodeKind::tuple:
    case NodeKind::expression_list:
    case NodeKind::pattern_list:
    case NodeKind::tuple_pattern:
      return list(id, "T(", ")");
    case NodeKind::list:
      return list(id, "[", "]");
    case NodeKind::set:
    case NodeKind::dictionary:
      return list(id, "{", "}");
    case NodeKind::with_clause:
      return list(id, "", "");
    case NodeKind::call:
      return call(id);
    case NodeKind::assignment:
      return assignment(id);
    case NodeKind::for_statement:
      return only_yields(id) ? "(yield from " + form(tree_.child(id, Field::right)) + ")" : generic(id);
    case NodeKind::typed_parameter:
      return form(node.first_child);
    case NodeKind::default_parameter:
    case NodeKind::typed_default_parameter:
      return form(tree_.child(id, Field::name)) + "=" + form(tree_.child(id, Field::value));
    case NodeKind::function_definition:
    case NodeKind::class_definition:
      return definition(id);
    case NodeKind::block:
      return statements(id);
    case NodeKind::return_statement:
      return node.first_child == no_node ? std::string(nothing) : generic(id);
    case NodeKind::list_comprehension:
      return comprehension(id, "list");
    case NodeKind::set_comprehension:
      return comprehension(id, "set");
    case NodeKind::dictionary_comprehension:
      return comprehension(id, "dict");
    case NodeKind::except_clause: {
      // `except:` and `except Exception:` differ by what no migration raises
      const std::string written = generic(id);
      return written.starts_with("(except:") ? "(except Exception" + written.substr(7) : written;
    }
    default:
      return generic(id);
  }
}

CodeForm code_form(std::string_view source, const Module& module, Span definition) {
  if (definition.end > source.size() || definition.empty()) return {};
  const std::string_view part = source.substr(definition.begin, definition.end - definition.begin);
  TreeOptions options;
  options.every_body = true;
  options.offset = definition.begin;
  const Tree tree = read_tree(part, options);
  return CodeFormer(tree, part, definition.begin, module).run();
}

}  // namespace mlint::py
