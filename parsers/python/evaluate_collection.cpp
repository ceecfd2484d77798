#include <algorithm>

#include "parsers/python/evaluate.h"

// Lists, tuples, sets, dictionaries, arguments: what is unpacked into them among it.
namespace mlint::py {

Values Evaluator::eval_items(NodeId id) {
  Values items;
  items.reserve(count_children(id));
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    const auto& node = tree_[child];
    if (node.kind != NodeKind::list_splat && node.kind != NodeKind::parenthesized_list_splat) {
      items.push_back(eval(child));
      continue;
    }
    auto inner = child;
    while (tree_[inner].kind == NodeKind::list_splat || tree_[inner].kind == NodeKind::parenthesized_list_splat)
      inner = tree_[inner].first_child;
    auto value = eval(inner);
    auto* list = std::get_if<List>(&value.kind);
    auto* tuple = std::get_if<Tuple>(&value.kind);
    if (list != nullptr || tuple != nullptr) {
      for (auto& item : list != nullptr ? list->items : tuple->items) items.push_back(std::move(item));
    } else {
      items.push_back(make(child, Starred{boxed(std::move(value))}));
    }
  }
  return items;
}

Values Evaluator::eval_each(NodeId id) {
  const auto kind = tree_[id].kind;
  if (kind == NodeKind::expression_list || kind == NodeKind::pattern_list) return eval_items(id);
  Values result;
  result.push_back(eval(id));
  return result;
}

Value Evaluator::eval_dictionary(NodeId id) {
  Dict dict;
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    const auto& node = tree_[child];
    if (node.kind == NodeKind::pair && !node.truncated) {
      auto key = eval(node.first_child);
      dict.items.emplace_back(std::move(key), eval(tree_[node.first_child].next));
      continue;
    }
    auto value = node.kind == NodeKind::dictionary_splat ? eval(node.first_child) : unknown(child, "nested too deep");
    if (auto* inner = std::get_if<Dict>(&value.kind)) {
      for (auto& item : inner->items) dict.items.push_back(std::move(item));
    } else {
      dict.items.emplace_back(unknown(child, "unpacked from a value that is not constant"), std::move(value));
    }
  }
  keep_last(dict);
  return make(id, std::move(dict));
}

void Evaluator::eval_arguments(NodeId id, Values& arguments, std::vector<Keyword>& keywords) {
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    const auto& node = tree_[child];
    if (node.truncated) {
      arguments.push_back(unknown(child, "nested too deep"));
    } else if (node.kind == NodeKind::keyword_argument) {
      auto value = eval(tree_[node.first_child].next);
      keywords.push_back({std::string(text(node.first_child)), boxed(std::move(value))});
    } else if (node.kind == NodeKind::dictionary_splat) {
      auto value = eval(node.first_child);
      auto* dict = std::get_if<Dict>(&value.kind);
      const bool named_items =
          dict != nullptr && std::all_of(dict->items.begin(), dict->items.end(),
                                         [](const auto& item) { return item.first.template is<String>(); });
      if (named_items) {
        for (auto& [key, item] : dict->items) keywords.push_back({key.as<String>()->text, boxed(std::move(item))});
      } else {
        keywords.push_back({"", boxed(std::move(value))});
      }
    } else if (node.kind == NodeKind::list_splat) {
      auto value = eval(node.first_child);
      auto* list = std::get_if<List>(&value.kind);
      auto* tuple = std::get_if<Tuple>(&value.kind);
      if (list != nullptr || tuple != nullptr) {
        for (auto& item : list != nullptr ? list->items : tuple->items) arguments.push_back(std::move(item));
      } else {
        arguments.push_back(make(child, Starred{boxed(std::move(value))}));
      }
    } else {
      arguments.push_back(eval(child));
    }
  }
}

}  // namespace mlint::py
