#include "parsers/python/name_change.h"

#include <algorithm>

#include "parsers/python/imports.h"

namespace mlint::py {

namespace {

class ChangeWalker {
 public:
  ChangeWalker(const Tree& tree, const Evaluator& evaluator, const NameChangeVisitor& visit)
      : tree_(tree), evaluator_(evaluator), visit_(visit) {}

  void walk(NodeId id) {
    const auto& node = tree_[id];
    switch (node.kind) {
      case NodeKind::assignment:
        if (tree_.child(id, Field::right) != no_node) target(tree_.child(id, Field::left), id, Kind::bound, {});
        break;
      case NodeKind::augmented_assignment:
        if (node.first_child != no_node)
          target(node.first_child, id, Kind::rebound, evaluator_.text(tree_[node.first_child].next));
        break;
      case NodeKind::for_statement:
        target(tree_.child(id, Field::left), id, Kind::rebound, {});
        break;
      case NodeKind::named_expression:
        target(node.first_child, id, Kind::bound, {});
        break;
      case NodeKind::as_pattern_target:
        target(node.first_child, id, Kind::bound, {});
        return;
      case NodeKind::delete_statement:
        for (auto child = node.first_child; child != no_node; child = tree_[child].next)
          target(child, id, Kind::rebound, "del");
        return;
      case NodeKind::import_statement:
      case NodeKind::import_from_statement:
        return imports(id);
      case NodeKind::case_clause:
        captures(id);
        break;
      case NodeKind::call:
        method(id);
        break;
      case NodeKind::function_definition:
        return target(tree_.child(id, Field::name), id, Kind::bound, {});
      case NodeKind::class_definition: {
        target(tree_.child(id, Field::name), id, Kind::bound, {});
        const bool outer = std::exchange(in_class_, true);
        walk_children(id);
        in_class_ = outer;
        return;
      }
      case NodeKind::lambda:
        return;
      default:
        break;
    }
    walk_children(id);
  }

  void target(NodeId id, NodeId change, NameChange::Kind kind, std::string_view how) {
    if (id == no_node) return;
    switch (tree_[id].kind) {
      case NodeKind::identifier:
        return report(kind, id, change, how, {});
      case NodeKind::attribute:
      case NodeKind::subscript:
        return inside(id, change, Kind::inside, how);
      case NodeKind::pattern_list:
      case NodeKind::tuple_pattern:
      case NodeKind::list_pattern:
      case NodeKind::list_splat_pattern:
      case NodeKind::as_pattern_target:
      case NodeKind::expression_list:
      case NodeKind::parenthesized_expression:
      case NodeKind::tuple:
      case NodeKind::list:
      case NodeKind::list_splat:
        for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next)
          target(child, change, kind, how);
        return;
      default:
        return;
    }
  }

  void captures(NodeId clause) {
    for (auto child = tree_[clause].first_child; child != no_node; child = tree_[child].next)
      if (tree_[child].kind != NodeKind::block && tree_[child].kind != NodeKind::if_clause) capture(child, clause);
  }

 private:
  using Kind = NameChange::Kind;

  void walk_children(NodeId id) {
    for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) walk(child);
  }

  void report(Kind kind, NodeId name, NodeId change, std::string_view how, std::string_view attribute) {
    if (in_class_ && (kind == Kind::bound || kind == Kind::rebound)) return;
    visit_({kind, evaluator_.text(name), tree_[name].span, change, how, attribute});
  }

  void inside(NodeId id, NodeId change, Kind kind, std::string_view how) {
    NodeId attribute = no_node;
    while (id != no_node && tree_[id].kind != NodeKind::identifier) {
      const auto node = tree_[id].kind;
      if (node != NodeKind::attribute && node != NodeKind::subscript && node != NodeKind::call) return;
      const auto base = tree_[id].first_child;
      attribute = node == NodeKind::attribute && base != no_node ? tree_[base].next : no_node;
      id = base;
    }
    if (id != no_node)
      report(kind, id, change, how, attribute == no_node ? std::string_view() : evaluator_.text(attribute));
  }

  void method(NodeId call) {
    const auto function = tree_[call].first_child;
    if (function == no_node || tree_[function].kind != NodeKind::attribute) return;
    const auto object = tree_[function].first_child;
    if (object == no_node || tree_[object].next == no_node) return;
    const auto name = evaluator_.text(tree_[object].next);
    if (changes_object(name)) inside(object, call, Kind::by_method, name);
  }

  void imports(NodeId id) {
    if (in_class_) return;
    for (const auto& import : read_imports(tree_, id, evaluator_))
      if (import.name != "*")
        visit_({Kind::bound, imported_name(tree_, id, evaluator_, import.name), tree_[id].span, id, {}, {}});
  }

  void capture(NodeId id, NodeId clause) {
    const auto kind = tree_[id].kind;
    if (kind == NodeKind::identifier ||
        (kind == NodeKind::dotted_name && evaluator_.text(id).find('.') == std::string_view::npos))
      return report(Kind::bound, id, clause, {}, {});
    if (kind == NodeKind::dotted_name) return;
    auto child = tree_[id].first_child;
    if (child != no_node && kind == NodeKind::other && names_part(id, child)) child = tree_[child].next;
    for (; child != no_node; child = tree_[child].next) capture(child, clause);
  }

  // The class of `Point(x=0)`, the attribute of `x=0`.
  bool names_part(NodeId pattern, NodeId first) const {
    const auto whole = evaluator_.text(pattern);
    const auto rest = whole.substr(tree_[first].span.end - tree_[pattern].span.begin);
    const auto at = rest.find_first_not_of(" \t");
    return at != rest.npos && (rest[at] == '(' || rest[at] == '=');
  }

  const Tree& tree_;
  const Evaluator& evaluator_;
  const NameChangeVisitor& visit_;
  bool in_class_ = false;
};

}  // namespace

void each_name_change(const Tree& tree, const Evaluator& evaluator, NodeId node, const NameChangeVisitor& visit) {
  if (node != no_node) ChangeWalker(tree, evaluator, visit).walk(node);
}

void each_target(const Tree& tree, const Evaluator& evaluator, NodeId target, const NameChangeVisitor& visit) {
  ChangeWalker(tree, evaluator, visit).target(target, target, NameChange::Kind::bound, {});
}

void each_capture(const Tree& tree, const Evaluator& evaluator, NodeId clause, const NameChangeVisitor& visit) {
  ChangeWalker(tree, evaluator, visit).captures(clause);
}

bool changes_object(std::string_view method) {
  constexpr std::string_view changing[] = {"append",
                                           "extend",
                                           "insert",
                                           "remove",
                                           "update",
                                           "add",
                                           "pop",
                                           "clear",
                                           "sort",
                                           "reverse",
                                           "discard",
                                           "setdefault",
                                           "popitem",
                                           "__iadd__",
                                           "__imul__",
                                           "__ior__",
                                           "__setitem__",
                                           "__delitem__",
                                           "__setattr__",
                                           "intersection_update",
                                           "difference_update",
                                           "symmetric_difference_update"};
  return std::find(std::begin(changing), std::end(changing), method) != std::end(changing);
}

}  // namespace mlint::py
