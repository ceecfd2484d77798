#include <algorithm>

#include "parsers/python/executor.h"

// Names bound, and the values they stand for changed.
namespace mlint::py {

namespace {

// NAME["key"], NAME["key"]["other"]
bool is_item_of_name(const Tree& tree, NodeId object) {
  if (tree[object].kind != NodeKind::subscript) return false;
  while (object != no_node && tree[object].kind == NodeKind::subscript) object = tree[object].first_child;
  return object != no_node && tree[object].kind == NodeKind::identifier;
}

}  // namespace

Binding* Executor::find(std::string_view name, Scope& scope) {
  const auto entry = scope.names.find(name);
  if (entry == scope.names.end() || entry->second.entry != Scope::Entry::binding) return nullptr;
  return &(*scope.bindings)[entry->second.index];
}

void Executor::bind(std::string_view name, Span span, Value value, Scope& scope) {
  if (options_.likeliest && bound_before_ != nullptr && bound_before_->contains(name)) {
    // An empty list gives way to one that holds something.
    const auto* before = find(name, scope);
    const auto items = before != nullptr ? items_of(before->value) : std::nullopt;
    if (!items || !items->empty()) return;
  }
  if (bound_here_ != nullptr) bound_here_->insert(name);
  remember(name);
  auto* binding = find(name, scope);
  if (binding == nullptr) {
    scope.names[name] = {Scope::Entry::binding, scope.bindings->size()};
    scope.bindings->push_back({std::string(name), span, std::move(value), conditions_ > 0});
    return;
  }
  binding->name_span = span;
  binding->value = std::move(value);
  binding->conditional = conditions_ > 0;
}

void Executor::declare(std::string_view name, Scope::Reference what, Scope& scope) {
  remember(name);
  scope.names[name] = what;
}

void Executor::assign(NodeId id, Scope& scope) {
  std::vector<NodeId> targets;
  auto value = id;
  while (value != no_node && tree_[value].kind == NodeKind::assignment) {
    targets.push_back(tree_.child(value, Field::left));
    value = tree_.child(value, Field::right);
  }
  if (value == no_node) return;  // an annotation alone
  auto result = evaluator_.eval(value);
  run_within(value, scope);
  for (std::size_t i = 0; i + 1 < targets.size(); ++i)
    assign_to(targets[i], copy(result, evaluator_.budget(), options_.max_depth), scope);
  assign_to(targets.back(), std::move(result), scope);
}

void Executor::assign_to(NodeId target, Value value, Scope& scope) {
  if (target == no_node) return;
  const auto& node = tree_[target];
  if (node.kind == NodeKind::identifier) return bind(evaluator_.text(target), node.span, std::move(value), scope);
  if (node.kind == NodeKind::subscript) return assign_item(target, std::move(value), scope);
  if (node.kind != NodeKind::pattern_list && node.kind != NodeKind::tuple_pattern &&
      node.kind != NodeKind::list_pattern)
    return forget_targets(target, scope, "bound in a way that is not evaluated");
  const auto items = items_of(value);
  std::size_t at = 0;
  bool steady = !items || std::none_of(items->begin(), items->end(), in_doubt);  // and no `*` before, on either side
  for (auto child = node.first_child; child != no_node; child = tree_[child].next, ++at) {
    steady = steady && tree_[child].kind != NodeKind::list_splat_pattern &&
             !(items && at < items->size() && (*items)[at].is<Starred>());
    const bool known = steady && items && at < items->size();
    assign_to(child,
              known ? copy((*items)[at], evaluator_.budget(), options_.max_depth)
                    : evaluator_.unknown(target, "unpacked from a value that is not constant"),
              scope);
  }
}

// The binding that `name` means, made a binding of `scope` first where it is another scope's or another module's.
Binding* Executor::own_copy(std::string_view name, Span span, Scope& scope) {
  remember(name);
  if (auto* binding = find(name, scope)) return binding;
  auto value = evaluator_.named(name, span);
  if (value.is<Name>()) return nullptr;
  bind(name, span, std::move(value), scope);
  return find(name, scope);
}

void Executor::assign_item(NodeId target, Value value, Scope& scope) {
  std::vector<Value> keys;
  auto base = target;
  while (base != no_node && tree_[base].kind == NodeKind::subscript) {
    const auto object = tree_[base].first_child;
    if (object == no_node || tree_[object].next == no_node) return;
    keys.push_back(evaluator_.eval(tree_[object].next));
    base = object;
  }
  if (base == no_node || tree_[base].kind != NodeKind::identifier)
    return forget_targets(target, scope, "changed by an assignment that is not evaluated");
  auto* binding = own_copy(evaluator_.text(base), tree_[base].span, scope);
  if (binding == nullptr) return;
  forget_aliases(binding->value.source, &binding->value, target, scope);
  if (conditions_ > 0) binding->conditional = true;
  auto* at = &binding->value;
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    // What takes a string for a key is a mapping: `{**unknown, key: value}`.
    if (key->is<String>() && (at->is<Call>() || at->is<Name>() || at->is<Subscript>() || at->is<Attribute>())) {
      Value whole{std::move(at->kind), at->source, at->use};
      at->kind = Dict{};
      std::get<Dict>(at->kind).items.emplace_back(evaluator_.unknown(target, "keys that are not known"),
                                                  std::move(whole));
    }
    auto* dict = std::get_if<Dict>(&at->kind);
    if (dict == nullptr || !is_constant(*key)) {
      binding->conditional = true;
      return forget_targets(target, scope, "changed by an assignment that is not evaluated");
    }
    const auto same = std::find_if(dict->items.begin(), dict->items.end(),
                                   [&](const auto& item) { return equal(item.first, *key).value_or(false); });
    if (same != dict->items.end()) {
      at = &same->second;
    } else if (key + 1 == keys.rend()) {
      dict->items.emplace_back(std::move(*key), Value{});
      at = &dict->items.back().second;
    } else {
      return forget_targets(target, scope, "changed by an assignment that is not evaluated");
    }
  }
  *at = std::move(value);
}

void Executor::augment(NodeId id, Scope& scope) {
  const auto target = tree_[id].first_child;
  const auto op = target == no_node ? no_node : tree_[target].next;
  const auto right = op == no_node ? no_node : tree_[op].next;
  if (right == no_node) return;
  if (tree_[target].kind != NodeKind::identifier) return run_within(id, scope);
  run_within(right, scope);
  const auto name = evaluator_.text(target);
  auto sign = evaluator_.text(op);
  sign.remove_suffix(1);
  auto current = evaluator_.named(name, tree_[target].span);
  auto added = evaluator_.eval(right);
  const auto source = current.source;
  Value result{None{}, source, tree_[target].span};
  // `list += tuple` extends, where `list + tuple` would not do.
  if (current.is<List>() && added.is<Tuple>()) added.kind = List{std::move(std::get<Tuple>(added.kind).items)};
  if (auto known = binary(sign, current, added, evaluator_.budget())) {
    result.kind = std::move(*known);
  } else if (auto* list = std::get_if<List>(&current.kind); options_.likeliest && sign == "+" && list != nullptr) {
    list->items.push_back({Starred{boxed(std::move(added))}, source, tree_[target].span});
    result.kind = std::move(*list);
  } else {
    result.kind = Binary{std::string(sign), std::make_unique<Value>(std::move(current)),
                         std::make_unique<Value>(std::move(added))};
  }
  auto* const before = std::exchange(bound_before_, nullptr);  // what every branch adds is there
  auto* old = find(name, scope);
  if (old != nullptr) forget_aliases(old->value.source, &old->value, id, scope);
  const bool conditional = old != nullptr && old->conditional;
  bind(name, tree_[target].span, std::move(result), scope);
  if (auto* binding = find(name, scope); binding != nullptr && conditional) binding->conditional = true;
  bound_before_ = before;
}

bool Executor::change_list(Value& of, std::string_view method, Values& arguments) {
  auto* list = std::get_if<List>(&of.kind);
  if (list == nullptr) return false;
  auto& items = list->items;
  if (method == "append" && arguments.size() == 1) {
    items.push_back(std::move(arguments[0]));
  } else if (method == "extend" && arguments.size() == 1 && items_of(arguments[0])) {
    const auto added = items_of(arguments[0]);
    for (const auto& item : *added) items.push_back(copy(item, evaluator_.budget(), options_.max_depth));
  } else if (method == "extend" && arguments.size() == 1) {
    const auto source = arguments[0].source;
    const auto use = arguments[0].use;
    items.push_back({Starred{std::make_unique<Value>(std::move(arguments[0]))}, source, use});
  } else if (method == "insert" && arguments.size() == 2 && to_int(arguments[0])) {
    const auto size = static_cast<long long>(items.size());
    auto at = *to_int(arguments[0]);
    if (at < 0) at += size;
    items.insert(items.begin() + std::clamp(at, 0LL, size), std::move(arguments[1]));
  } else if (method == "remove" && arguments.size() == 1 && is_constant(arguments[0])) {
    const auto found = std::find_if(items.begin(), items.end(),
                                    [&](const Value& item) { return equal(item, arguments[0]).value_or(false); });
    if (found != items.end()) items.erase(found);
  } else {
    return false;
  }
  return true;
}

// `{**of, **mapping}`; keywords are items too.
void Executor::update(Value& of, NodeId call, Values& arguments, std::vector<Keyword>& keywords) {
  const auto add_unknown = [&](Dict& dict, Value value) {
    dict.items.emplace_back(evaluator_.unknown(call, "keys that are not known"), std::move(value));
  };
  if (!of.is<Dict>()) {
    Value whole{std::move(of.kind), of.source, of.use};
    of.kind = Dict{};
    add_unknown(std::get<Dict>(of.kind), std::move(whole));
  }
  auto& dict = std::get<Dict>(of.kind);
  const auto put = [&](Value key, Value value) {
    // The last counts: it stands behind what may hold the key.
    std::erase_if(dict.items, [&](const auto& item) { return equal(item.first, key).value_or(false); });
    dict.items.emplace_back(std::move(key), std::move(value));
  };
  for (auto& argument : arguments) {
    auto* given = std::get_if<Dict>(&argument.kind);
    if (given == nullptr) {
      add_unknown(dict, std::move(argument));
      continue;
    }
    for (auto& [key, value] : given->items) put(std::move(key), std::move(value));
  }
  for (auto& keyword : keywords) {
    if (keyword.name.empty()) {
      add_unknown(dict, std::move(*keyword.value));
      continue;
    }
    put(Value{String{keyword.name, {}}, keyword.value->source, keyword.value->use}, std::move(*keyword.value));
  }
}

bool Executor::change_dict(Value& of, NodeId call, std::string_view method, Values& arguments,
                           std::vector<Keyword>& keywords) {
  auto* dict = std::get_if<Dict>(&of.kind);
  if (options_.likeliest && method == "update" && arguments.size() < 2) {
    if (dict == nullptr && !of.is<Call>() && !of.is<Name>() && !of.is<Subscript>()) return false;
    update(of, call, arguments, keywords);
    return true;
  }
  if (dict == nullptr || !keywords.empty()) return false;
  if (method == "update" && arguments.size() == 1 && arguments[0].is<Dict>()) {
    if (auto merged = binary("|", of, arguments[0], evaluator_.budget())) of.kind = std::move(*merged);
    return true;
  }
  if (!options_.likeliest || method != "setdefault") return false;
  const bool there = arguments.empty() || std::any_of(dict->items.begin(), dict->items.end(), [&](const auto& item) {
                       return item.first.template is<Unknown>() || equal(item.first, arguments[0]).value_or(true);
                     });
  if (!there)
    dict->items.emplace_back(std::move(arguments[0]), arguments.size() > 1 ? std::move(arguments[1]) : Value{});
  return true;
}

// What NAME or NAME["key"] holds; null: not known. `binding` is NAME's.
Value* Executor::place_of(NodeId object, Scope& scope, Binding*& binding) {
  const auto inner = tree_[object].first_child;
  if (tree_[object].kind == NodeKind::identifier) {
    binding = own_copy(evaluator_.text(object), tree_[object].span, scope);
    return binding != nullptr ? &binding->value : nullptr;
  }
  if (inner == no_node || tree_[inner].next == no_node) return nullptr;
  auto* outer = place_of(inner, scope, binding);
  auto* dict = outer != nullptr ? std::get_if<Dict>(&outer->kind) : nullptr;
  if (dict == nullptr) return nullptr;
  const auto key = evaluator_.eval(tree_[inner].next);
  const auto same = std::find_if(dict->items.rbegin(), dict->items.rend(),
                                 [&](const auto& item) { return equal(item.first, key).value_or(false); });
  return same != dict->items.rend() ? &same->second : nullptr;
}

void Executor::run_call(NodeId id, Scope& scope) {
  const auto function = tree_[id].first_child;
  const auto list = function == no_node ? no_node : tree_[function].next;
  if (list == no_node || tree_[list].truncated) return;
  const bool of_object = tree_[function].kind == NodeKind::attribute;
  const auto object = of_object ? tree_[function].first_child : no_node;
  const auto method = object == no_node ? std::string_view() : evaluator_.text(tree_[object].next);
  // What a list or dictionary inside another one is becomes unknown with it; settings are guessed.
  const bool named = object != no_node && (tree_[object].kind == NodeKind::identifier ||
                                           (options_.likeliest && is_item_of_name(tree_, object)));
  if (!named || !changes_object(method)) {
    run_within(id, scope);
    return forget_arguments(id, scope);
  }
  run_within(list, scope);
  Binding* binding = nullptr;
  auto* value = place_of(object, scope, binding);
  if (value == nullptr) return;
  forget_aliases(binding->value.source, &binding->value, id, scope);
  if (conditions_ > 0) binding->conditional = true;
  Values arguments;
  std::vector<Keyword> keywords;
  evaluator_.eval_arguments(list, arguments, keywords);
  if (keywords.empty() && change_list(*value, method, arguments)) return;
  if (change_dict(*value, id, method, arguments, keywords)) return;
  value->kind = Unknown{"changed by `." + std::string(method) + "()`"};
}

void Executor::remove(NodeId id, Scope& scope) {
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    if (tree_[child].kind != NodeKind::identifier) {
      forget_targets(child, scope, "deleted");
      continue;
    }
    remember(evaluator_.text(child));
    if (auto* binding = find(evaluator_.text(child), scope)) binding->value = evaluator_.unknown(child, "deleted");
  }
}

}  // namespace mlint::py
