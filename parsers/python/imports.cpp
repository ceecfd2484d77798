#include "parsers/python/imports.h"

namespace mlint::py {

namespace {

// "a . b" is legal Python: blanks go.
std::string dotted(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c != ' ' && c != '\t' && c != '\\' && c != '\n' && c != '\r') result.push_back(c);
  return result;
}

std::string joined(const std::string& module, const std::string& name) {
  return module.empty() || module.back() == '.' ? module + name : module + "." + name;
}

}  // namespace

std::vector<Import> read_imports(const Tree& tree, NodeId statement, const Evaluator& evaluator) {
  std::vector<Import> result;
  const bool from = tree[statement].kind == NodeKind::import_from_statement;
  std::string module;
  if (from) module = dotted(evaluator.text(tree.child(statement, Field::module_name)));
  for (auto child = tree[statement].first_child; child != no_node; child = tree[child].next) {
    const auto& node = tree[child];
    if (node.kind == NodeKind::wildcard_import) result.push_back({"*", module, node.span, true});
    if (node.field != Field::name) continue;
    if (node.kind == NodeKind::aliased_import) {
      const auto name = tree.child(child, Field::name);
      const auto alias = tree.child(child, Field::alias);
      if (name == no_node || alias == no_node) continue;
      const auto path = dotted(evaluator.text(name));
      result.push_back({std::string(evaluator.text(alias)), from ? joined(module, path) : path, node.span, true});
      continue;
    }
    auto path = dotted(evaluator.text(child));
    if (from) {
      result.push_back({path, joined(module, path), node.span, true});
    } else {  // `import a.b` binds `a`
      path = path.substr(0, path.find('.'));
      result.push_back({path, path, node.span, true});
    }
  }
  return result;
}

std::string_view imported_name(const Tree& tree, NodeId statement, const Evaluator& evaluator, std::string_view name) {
  for (auto child = tree[statement].first_child; child != no_node; child = tree[child].next) {
    const auto& node = tree[child];
    if (node.field != Field::name) continue;
    const auto id = node.kind == NodeKind::aliased_import ? tree.child(child, Field::alias) : child;
    if (id == no_node) continue;
    const auto text = evaluator.text(id);
    if (text.substr(0, name.size()) == name &&
        (text.size() == name.size() || text[name.size()] == '.' || text[name.size()] == ' '))
      return text.substr(0, name.size());
  }
  return {};
}

std::vector<Parameter> read_parameters(const Tree& tree, NodeId list, const Evaluator& evaluator) {
  std::vector<Parameter> result;
  for (auto child = tree[list].first_child; child != no_node; child = tree[child].next) {
    const auto& node = tree[child];
    switch (node.kind) {
      case NodeKind::identifier:
        result.push_back({std::string(evaluator.text(child)), false});
        break;
      case NodeKind::typed_parameter:
        result.push_back({std::string(evaluator.text(node.first_child)), false});
        break;
      case NodeKind::default_parameter:
      case NodeKind::typed_default_parameter:
        result.push_back({std::string(evaluator.text(node.first_child)), true});
        break;
      case NodeKind::list_splat_pattern:
      case NodeKind::dictionary_splat_pattern:
        result.push_back({std::string(evaluator.text(child)), true});
        break;
      default:
        break;
    }
  }
  return result;
}

}  // namespace mlint::py
