#include "parsers/python/code_names.h"

#include "parsers/python/imports.h"
#include "parsers/python/name_change.h"

namespace mlint::py {
namespace {

class Collector {
 public:
  Collector(const Tree& tree, const Evaluator& evaluator, CodeNames& names)
      : tree_(tree), evaluator_(evaluator), names_(names) {}

  void bind(NodeId parameter) {
    const Node& node = tree_[parameter];
    if (node.kind == NodeKind::identifier) names_.locals.insert(evaluator_.text(parameter));
    if (node.kind != NodeKind::list_splat_pattern && node.kind != NodeKind::dictionary_splat_pattern &&
        node.kind != NodeKind::typed_parameter && node.kind != NodeKind::tuple_pattern)
      return;
    for (NodeId child = node.first_child; child != no_node; child = tree_[child].next)
      if (tree_[child].kind != NodeKind::type) bind(child);
  }

  void bind_target(NodeId target) {
    each_target(tree_, evaluator_, target, [&](const NameChange& change) { add(change); });
  }

  void add(const NameChange& change) {
    const NodeKind by = tree_[change.change].kind;
    const bool imported = by == NodeKind::import_statement || by == NodeKind::import_from_statement;
    const bool binds = change.kind == NameChange::Kind::bound || change.kind == NameChange::Kind::rebound;
    if (binds && !imported) names_.locals.insert(change.name);
  }

  // Names that are bound, how often names are used, what is imported inside. Names of a class's body are attributes.
  void collect(NodeId id, bool in_class_body) {
    if (id == no_node) return;
    const Node& node = tree_[id];
    switch (node.kind) {
      case NodeKind::identifier:
        ++names_.count[evaluator_.text(id)];
        return;
      case NodeKind::import_statement:
      case NodeKind::import_from_statement:
        for (Import& import : read_imports(tree_, id, evaluator_)) names_.imports[import.name] = import.dotted;
        return;
      case NodeKind::attribute:
        collect(node.first_child, false);
        return;
      case NodeKind::keyword_argument:
        collect(last_child(id), false);
        return;
      case NodeKind::parameters:
        for (const NodeId child : children(id)) bind(child);
        break;
      case NodeKind::default_parameter:
      case NodeKind::typed_default_parameter:
        bind(tree_.child(id, Field::name));
        break;
      case NodeKind::for_in_clause:
        bind_target(tree_.child(id, Field::left));
        break;
      case NodeKind::lambda:
        if (const NodeId list = tree_.child(id, Field::parameters); list != no_node)
          for (const NodeId child : children(list)) bind(child);
        break;
      case NodeKind::function_definition:
        if (!in_class_body) bind(tree_.child(id, Field::name));
        each_name_change(tree_, evaluator_, tree_.child(id, Field::body), [&](const NameChange& it) { add(it); });
        break;
      case NodeKind::other:
        names_.outer =
            names_.outer || evaluator_.text(id).starts_with("global ") || evaluator_.text(id).starts_with("nonlocal ");
        break;
      default:
        break;
    }
    const bool class_body = node.kind == NodeKind::class_definition;
    const bool stays = in_class_body && (node.kind == NodeKind::block || node.kind == NodeKind::decorated_definition ||
                                         node.kind == NodeKind::expression_statement);
    for (const NodeId child : children(id)) collect(child, class_body || stays);
  }

 private:
  std::vector<NodeId> children(NodeId id) const {
    std::vector<NodeId> result;
    for (NodeId child = tree_[id].first_child; child != no_node; child = tree_[child].next) result.push_back(child);
    return result;
  }

  NodeId last_child(NodeId id) const {
    const auto all = children(id);
    return all.empty() ? no_node : all.back();
  }

  const Tree& tree_;
  const Evaluator& evaluator_;
  CodeNames& names_;
};

}  // namespace

CodeNames names_of(const Tree& tree, const Evaluator& evaluator, NodeId definition,
                   const std::vector<Import>& imports) {
  CodeNames names;
  for (const Import& import : imports) names.imports[import.name] = import.dotted;
  Collector(tree, evaluator, names).collect(definition, false);
  return names;
}

}  // namespace mlint::py
