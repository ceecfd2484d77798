#include "parsers/python/evaluate.h"

// Comprehensions over what is known.
namespace mlint::py {

namespace {

constexpr std::size_t max_items = 100000;  // of one comprehension

}  // namespace

bool Evaluator::bind_target(NodeId target, const Value& item) {
  const auto& node = tree_[target];
  if (node.kind == NodeKind::identifier) {
    locals.emplace_back(text(target), &item);
    return true;
  }
  if (node.kind != NodeKind::pattern_list && node.kind != NodeKind::tuple_pattern &&
      node.kind != NodeKind::list_pattern)
    return false;
  const auto items = items_of(item);
  if (!items) return false;
  std::size_t at = 0;
  for (auto child = node.first_child; child != no_node; child = tree_[child].next) {
    if (at >= items->size() || !bind_target(child, (*items)[at++])) return false;
  }
  return at == items->size();
}

bool Evaluator::run_clauses(NodeId clause, NodeId body, bool pairs, Values& out, std::string_view& problem) {
  if (clause == no_node) {
    if (out.size() >= max_items) {
      problem = "a comprehension with too many items";
      return false;
    }
    if (pairs) {
      Tuple pair;
      pair.items.push_back(eval(tree_[body].first_child));
      pair.items.push_back(eval(tree_[tree_[body].first_child].next));
      out.push_back(make(body, std::move(pair)));
    } else {
      out.push_back(eval(body));
    }
    return true;
  }
  const auto& node = tree_[clause];
  if (node.kind == NodeKind::if_clause) {
    const auto decided = truth(eval(node.first_child));
    if (!decided) problem = "a comprehension with a condition that is not constant";
    if (!decided) return false;
    return !*decided || run_clauses(node.next, body, pairs, out, problem);
  }
  auto iterable = eval(tree_.child(clause, Field::right));
  Values none;
  std::vector<Keyword> no_keywords;
  if (iterable.is<Dict>() && is_constant(iterable))
    if (auto keys = call_method(iterable, "keys", none, no_keywords, budget_)) iterable.kind = std::move(*keys);
  const auto items = items_of(iterable);
  if (node.kind != NodeKind::for_in_clause || !items) {
    problem = "a comprehension over a value that is not constant";
    return false;
  }
  // Behind its first iterable a comprehension does not see the class that it stands in.
  std::vector<const Scope*> outer;
  if (scopes.size() > 1) outer = std::exchange(scopes, {scopes.back()});
  const auto target = tree_.child(clause, Field::left);
  bool fine = true;
  for (auto item = items->begin(); fine && item != items->end(); ++item) {
    const auto depth = locals.size();
    const bool bound = !item->is<Starred>() && bind_target(target, *item);
    if (!bound) problem = "a comprehension over a value that is not constant";
    fine = bound && run_clauses(node.next, body, pairs, out, problem);
    locals.resize(depth);
  }
  if (!outer.empty()) scopes = std::move(outer);
  return fine;
}

Value Evaluator::eval_comprehension(NodeId id) {
  const auto body = tree_[id].first_child;
  const bool pairs = tree_[id].kind == NodeKind::dictionary_comprehension;
  if (body == no_node || tree_[body].next == no_node || tree_[body].kind == NodeKind::error)
    return unknown(id, "the syntax is not understood");
  Values items;
  std::string_view problem;
  if (!run_clauses(tree_[body].next, body, pairs, items, problem)) return unknown(id, problem);
  if (pairs) {
    Dict dict;
    for (auto& item : items) {
      auto& pair = std::get<Tuple>(item.kind).items;
      dict.items.emplace_back(std::move(pair[0]), std::move(pair[1]));
    }
    keep_last(dict);
    return make(id, std::move(dict));
  }
  if (tree_[id].kind == NodeKind::set_comprehension) return make(id, Set{std::move(items)});
  return make(id, List{std::move(items)});
}

}  // namespace mlint::py
