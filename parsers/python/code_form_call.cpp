#include <algorithm>
#include <array>

#include "parsers/python/code_former.h"

// Calls and comprehensions: several ways to write one thing.
namespace mlint::py {

// dict((a, b) for …) and {a: b for …}, any([a for …]) and any(a for …); `maker` makes the whole of the items.
std::string CodeFormer::comprehension(NodeId id, std::string maker) {
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

bool CodeFormer::takes_items(std::string_view name) {
  static constexpr std::array<std::string_view, 9> names = {"any",  "all",   "sum",    "min", "max",
                                                            "list", "tuple", "sorted", "set"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The layout of SQL that is a literal does not matter.
std::string CodeFormer::executed(const std::vector<NodeId>& given) {
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

std::string CodeFormer::call(NodeId id) {
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
std::string CodeFormer::model_lookup(const std::string& name, const std::vector<NodeId>& given) {
  std::string label;
  for (const NodeId part : given) {
    const auto written = is_string(part) ? string_text(part) : std::nullopt;
    label += (label.empty() ? "" : ".") + (written ? *written : form(part));
  }
  std::transform(label.begin(), label.end(), label.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name + "(" + label + ")";
}

}  // namespace mlint::py
