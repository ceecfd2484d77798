#include "parsers/python/code_form.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "parsers/python/code_names.h"
#include "parsers/python/evaluate.h"
#include "parsers/python/literal.h"
#include "parsers/python/string_template.h"
#include "parsers/python/tree.h"

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

std::string joined(const std::vector<std::string>& parts, std::string_view open, std::string_view close) {
  std::string result(open);
  for (std::size_t i = 0; i < parts.size(); ++i) result += (i == 0 ? "" : ",") + parts[i];
  return result += close;
}

class Former {
 public:
  Former(const Tree& tree, std::string_view part, std::uint32_t offset, const Module& module)
      : tree_(tree), module_(module), evaluator_(tree, part, options_, offset) {}

  CodeForm run() && {
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

 private:
  static constexpr std::string_view nothing = "(return None)";

  std::string_view text(NodeId id) const { return evaluator_.text(id); }

  std::vector<NodeId> children(NodeId id) const {
    std::vector<NodeId> result;
    for (NodeId child = tree_[id].first_child; child != no_node; child = tree_[child].next) result.push_back(child);
    return result;
  }

  NodeId last_child(NodeId id) const {
    NodeId last = no_node;
    for (NodeId child = tree_[id].first_child; child != no_node; child = tree_[child].next) last = child;
    return last;
  }

  // ---- names

  std::string name_form(NodeId id) {
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

  // ---- strings

  bool is_string(NodeId id) const {
    return id != no_node && (tree_[id].kind == NodeKind::string || tree_[id].kind == NodeKind::concatenated_string);
  }

  // Bytes and what cannot be decoded: false.
  bool add_string(NodeId id, Template& out) {
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

  bool add_interpolation(NodeId id, Template& out) {
    const NodeId expression = tree_.child(id, Field::expression);
    if (expression == no_node || text(id).substr(0, text(id).size() - 1).ends_with('=')) return false;
    const NodeId conversion = tree_.child(id, Field::type_conversion);
    const NodeId spec = tree_.child(id, Field::format_specifier);
    if (spec != no_node && tree_[spec].first_child != no_node) return false;
    const auto shown = [&](NodeId part) { return part == no_node ? std::string_view() : text(part).substr(1); };
    out.hole(form(expression), shown(conversion), shown(spec));
    return true;
  }

  std::optional<std::string> string_text(NodeId id) {
    const Value value = evaluator_.eval(id);
    const auto* string = value.as<String>();
    return string == nullptr ? std::nullopt : std::optional(string->text);
  }

  using Given = std::map<std::string, NodeId>;  // by name, or by position

  std::optional<std::string> filled(const std::optional<TemplatePieces>& pieces, const Given& given) {
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
  std::optional<std::string> format_call(NodeId pattern, NodeId arguments) {
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
  std::optional<std::string> percent(NodeId pattern, NodeId right) {
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

  // ---- statements

  // Only speaks to who runs it: no row depends on it.
  bool only_prints(NodeId expression) {
    if (tree_[expression].kind != NodeKind::call) return false;
    const std::string callee(text(tree_[expression].first_child));
    static constexpr std::array<std::string_view, 4> speakers = {"logger.", "logging.", "log.", "warnings.warn"};
    const bool speaks =
        callee == "print" || callee.ends_with("stdout.write") || callee.ends_with("stderr.write") ||
        std::any_of(speakers.begin(), speakers.end(), [&](std::string_view it) { return callee.starts_with(it); });
    return speaks && !writes(last_child(expression));
  }

  // A call of a method that may change rows, or of a function of the module.
  bool writes(NodeId id) const {
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

  std::string statements(NodeId block, bool of_function = false) {
    std::string result = "{";
    for (const NodeId child : children(block)) {
      const std::string written = statement(child);
      const bool says_nothing = of_function && written == nothing && tree_[child].next == no_node;
      if (!written.empty() && !says_nothing) result += written + ";";
    }
    return result + "}";
  }

  std::string statement(NodeId id) {
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

  std::string assignment(NodeId id) {
    const NodeId left = tree_.child(id, Field::left), right = tree_.child(id, Field::right);
    if (right == no_node) return {};  // an annotation
    const bool unused = tree_[left].kind == NodeKind::identifier && names_.locals.contains(text(left)) &&
                        !names_.outer && names_.count[text(left)] == 1;
    return unused ? form(right) : form(left) + "=" + form(right);
  }

  // for x in y: yield x
  bool only_yields(NodeId id) const {
    const NodeId target = tree_.child(id, Field::left), body = tree_.child(id, Field::body);
    if (tree_[target].kind != NodeKind::identifier || body == no_node) return false;
    const NodeId first = tree_[body].first_child;
    if (first == no_node || tree_[first].next != no_node || tree_[first].kind != NodeKind::expression_statement)
      return false;
    return squeezed(text(first)) == "yield " + std::string(text(target));
  }

  // ---- expressions

  std::string list(NodeId id, std::string_view open, std::string_view close) {
    std::vector<std::string> parts;
    for (const NodeId child : children(id)) parts.push_back(form(child));
    return joined(parts, open, close);
  }

  static bool takes_items(std::string_view name) {
    static constexpr std::array<std::string_view, 9> names = {"any",  "all",   "sum",    "min", "max",
                                                              "list", "tuple", "sorted", "set"};
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  // dict((a, b) for …) and {a: b for …}, any([a for …]) and any(a for …); `maker` makes the whole of the items.
  std::string comprehension(NodeId id, std::string maker) {
    const auto parts = children(id);
    if (parts.size() < 2) return maker + "(" + form(id) + ")";
    const bool pair = tree_[parts[0]].kind == NodeKind::pair;
    const std::string item = pair ? list(parts[0], "T(", ")") : form(parts[0]);
    const NodeId left = tree_.child(parts[1], Field::left), right = tree_.child(parts[1], Field::right);
    const bool as_it_is = parts.size() == 2 && left != no_node && right != no_node && form(left) == item;
    if (as_it_is) return maker + "(" + form(right) + ")";
    std::string result = maker + "(" + item;
    for (std::size_t i = 1; i < parts.size(); ++i) result += " " + form(parts[i]);
    return result + ")";
  }

  // The layout of SQL that is a literal does not matter.
  std::string executed(const std::vector<NodeId>& given) {
    std::vector<std::string> parts;
    for (const NodeId part : given) {
      std::string written;
      char quote = 0;
      for (const char c : form(part)) {
        if (quote == 0 && c == '\'')
          quote = c;
        else if (c == quote)
          quote = 0;
        const bool blank = quote == 0 && (c == ' ' || c == '\n' || c == '\t' || c == '\r');
        const bool again = blank && (written.ends_with(' ') || written.ends_with('('));
        if (quote == 0 && c == ')' && written.ends_with(' ')) written.pop_back();
        if (!again) written += blank ? ' ' : c;
      }
      parts.push_back(std::move(written));
    }
    return joined(parts, "(", ")");
  }

  std::string call(NodeId id) {
    const NodeId callee = tree_[id].first_child, arguments = tree_[callee].next;
    if (arguments == no_node) return generic(id);
    if (tree_[arguments].kind != NodeKind::argument_list) return comprehension(arguments, form(callee));
    const auto given = children(arguments);
    if (tree_[callee].kind == NodeKind::attribute && is_string(tree_[callee].first_child) &&
        text(last_child(callee)) == "format") {
      if (auto made = format_call(tree_[callee].first_child, arguments)) return *std::move(made);
    }
    const std::string name = form(callee);
    if (name == "super") return "super()";
    const bool one = given.size() == 1;
    if (one && takes_items(name) && tree_[given[0]].kind == NodeKind::list_comprehension)
      return comprehension(given[0], name);
    if (name.ends_with(".execute") && !given.empty()) return name + executed(given);
    if (given.empty() && name == "dict") return "{}";
    if (given.empty() && name == "list") return "[]";
    if (one && name == "set" && (tree_[given[0]].kind == NodeKind::list || tree_[given[0]].kind == NodeKind::tuple))
      return list(given[0], "{", "}");
    if (one && name == "Decimal" && is_string(given[0])) {
      const auto digits = string_text(given[0]);
      if (digits && !digits->empty() && digits->find_first_not_of("0123456789") == std::string::npos)
        return name + "(" + *digits + ")";
    }
    if (name == "zip" && text(given.empty() ? id : given.back()) == "strict=False") {
      std::string written = list(arguments, "(", ")");
      return name + written.replace(written.rfind(",strict=False"), 13, "");
    }
    return name.ends_with(".get_model") ? model_lookup(name, given) : name + list(arguments, "(", ")");
  }

  // apps.get_model("app", "Model"), apps.get_model("app.Model"): the case of the model does not matter.
  std::string model_lookup(const std::string& name, const std::vector<NodeId>& given) {
    std::string label;
    for (const NodeId part : given) {
      const auto written = is_string(part) ? string_text(part) : std::nullopt;
      label += (label.empty() ? "" : ".") + (written ? *written : form(part));
    }
    std::transform(label.begin(), label.end(), label.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name + "(" + label + ")";
  }

  std::string definition(NodeId id) {
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
  std::string generic(NodeId id) {
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

  std::string form(NodeId id) {
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

  const Tree& tree_;
  const Module& module_;
  ParseOptions options_;
  Evaluator evaluator_;
  CodeForm result_;
  NodeId own_name_ = no_node;
  CodeNames names_;
  std::map<std::string_view, std::size_t> numbers_;  // of locals, in the order of their first use
};

}  // namespace

CodeForm code_form(std::string_view source, const Module& module, Span definition) {
  if (definition.end > source.size() || definition.empty()) return {};
  const std::string_view part = source.substr(definition.begin, definition.end - definition.begin);
  TreeOptions options;
  options.every_body = true;
  options.offset = definition.begin;
  const Tree tree = read_tree(part, options);
  return Former(tree, part, definition.begin, module).run();
}

}  // namespace mlint::py
