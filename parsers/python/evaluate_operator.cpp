#include "parsers/python/evaluate.h"

// Operators, subscripts and conditionals.
namespace mlint::py {

Value Evaluator::eval_slice(NodeId id, Value base, NodeId bounds) {
  // Tokens are the colons; expressions between them are the bounds.
  std::optional<Value> limits[3];
  std::size_t at = 0;
  for (auto child = tree_[bounds].first_child; child != no_node; child = tree_[child].next) {
    if (tree_[child].kind == NodeKind::token) {
      if (++at > 2) return unknown(id, "the syntax is not understood");
    } else {
      limits[at] = eval(child);
    }
  }
  if (limits[2]) return unknown(id, "a slice with a step");
  auto result = slice(base, limits[0] ? &*limits[0] : nullptr, limits[1] ? &*limits[1] : nullptr);
  if (!result) return unknown(id, "a slice of a value that is not constant");
  return make(id, std::move(*result));
}

// settings.DATABASES["default"]["ENGINE"], whatever a development setting says: who asks is told of PostgreSQL.
bool Evaluator::names_engine(NodeId object, const Value& key) const {
  const auto* text = key.as<String>();
  if (text == nullptr || text->text != "ENGINE" || tree_[object].kind != NodeKind::subscript) return false;
  return Evaluator::text(tree_[object].first_child).ends_with("settings.DATABASES");
}

// table[row, column], Generic[K, V]
Value Evaluator::eval_several(NodeId id, Value base, NodeId first) {
  Tuple parts;
  for (auto part = first; part != no_node; part = tree_[part].next) {
    if (tree_[part].kind == NodeKind::slice) return unknown(id, "a subscript with several parts");
    parts.items.push_back(eval(part));
  }
  Value key{std::move(parts), {options_.file, tree_[id].span}, tree_[id].span};
  if (auto result = subscript(base, key)) return make(id, std::move(*result));
  return make(id, Subscript{boxed(std::move(base)), boxed(std::move(key))});
}

Value Evaluator::eval_subscript(NodeId id) {
  const auto object = tree_[id].first_child;
  const auto index = object == no_node ? no_node : tree_[object].next;
  if (index == no_node) return unknown(id, "the syntax is not understood");
  auto base = eval(object);
  if (tree_[index].next != no_node) return eval_several(id, std::move(base), index);
  if (tree_[index].kind == NodeKind::slice) return eval_slice(id, std::move(base), index);
  auto key = eval(index);
  auto result = subscript(base, key);
  if (names_engine(object, key)) {
    const auto* engine = result ? std::get_if<String>(&*result) : nullptr;
    if (engine == nullptr || engine->text.find("postg") == std::string::npos) {
      return make(id, String{"django.db.backends.postgresql", {}});
    }
  }
  if (result) return make(id, std::move(*result));
  return make(id, Subscript{boxed(std::move(base)), boxed(std::move(key))});
}

Value Evaluator::eval_binary(NodeId id) {
  const auto left = tree_[id].first_child;
  const auto op = left == no_node ? no_node : tree_[left].next;
  const auto right = op == no_node ? no_node : tree_[op].next;
  if (right == no_node || tree_[op].kind != NodeKind::token) return unknown(id, "the syntax is not understood");
  auto first = eval(left);
  auto second = eval(right);
  if (auto result = binary(text(op), first, second, budget_)) return make(id, std::move(*result));
  return make(id, Binary{std::string(text(op)), boxed(std::move(first)), boxed(std::move(second))});
}

Value Evaluator::eval_unary(NodeId id) {
  const auto op = tree_[id].first_child;
  const auto operand = op == no_node ? no_node : tree_[op].next;
  if (operand == no_node) return unknown(id, "the syntax is not understood");
  auto value = eval(operand);
  if (auto result = unary(text(op), value)) return make(id, std::move(*result));
  return make(id, Unary{std::string(text(op)), boxed(std::move(value))});
}

Value Evaluator::eval_not(NodeId id) {
  auto value = eval(tree_[id].first_child);
  if (auto result = unary("not", value)) return make(id, std::move(*result));
  return make(id, Unary{"not", boxed(std::move(value))});
}

Value Evaluator::eval_boolean(NodeId id) {
  const auto left = tree_[id].first_child;
  const auto op = left == no_node ? no_node : tree_[left].next;
  const auto right = op == no_node ? no_node : tree_[op].next;
  if (right == no_node) return unknown(id, "the syntax is not understood");
  auto first = eval(left);
  const bool conjunction = text(op) == "and";
  const auto known = truth(first);
  if (known) return *known == conjunction ? eval(right) : std::move(first);
  auto second = eval(right);
  return make(id, Binary{std::string(text(op)), boxed(std::move(first)), boxed(std::move(second))});
}

Value Evaluator::eval_comparison(NodeId id) {
  const auto left = tree_[id].first_child;
  const auto op = left == no_node ? no_node : tree_[left].next;
  const auto right = op == no_node ? no_node : tree_[op].next;
  if (right == no_node || tree_[op].kind != NodeKind::token) return unknown(id, "the syntax is not understood");
  if (tree_[right].next != no_node) return unknown(id, "a chain of comparisons");
  std::string name(text(op));
  if (name.starts_with("not")) name = "not in";
  if (name.starts_with("is") && name.size() > 2) name = "is not";
  auto first = eval(left);
  auto second = eval(right);
  if (const auto result = compare(name, first, second)) return make(id, Boolean{*result});
  return make(id, Binary{std::move(name), boxed(std::move(first)), boxed(std::move(second))});
}

Value Evaluator::eval_conditional(NodeId id) {
  const auto yes = tree_[id].first_child;
  const auto condition = yes == no_node ? no_node : tree_[yes].next;
  const auto no = condition == no_node ? no_node : tree_[condition].next;
  if (no == no_node) return unknown(id, "the syntax is not understood");
  const auto decided = truth(eval(condition));
  if (!decided) return unknown(id, "a conditional on a value that is not constant");
  return eval(*decided ? yes : no);
}

}  // namespace mlint::py
