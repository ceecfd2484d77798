#include <algorithm>
#include <set>

#include "parsers/python/evaluate.h"
#include "parsers/python/imports.h"

// Statements of modules and classes, in the order Python would run them.
namespace mlint::py {

namespace {

constexpr std::size_t max_unrolled = 1000;  // rounds of one loop

class Executor {
 public:
  Executor(const Tree& tree, std::string_view source, const ParseOptions& options, Module& module)
      : tree_(tree), options_(options), module_(module), evaluator_(tree, source, options) {
    scope_.bindings = &module.bindings;
    scope_.functions = &module.functions;
    scope_.classes = &module.classes;
    evaluator_.imports = &module.imports;
    evaluator_.scopes = {&scope_};
  }

  void run() { run_children(0, scope_); }

 private:
  void run_block(NodeId block, Scope& scope);
  void run_children(NodeId block, Scope& scope);
  void run_statement(NodeId id, Scope& scope);
  void run_expression(NodeId id, Scope& scope);
  void run_if(NodeId id, Scope& scope);
  void run_for(NodeId id, Scope& scope);
  void run_unrolled(NodeId id, Scope& scope);
  void run_try(NodeId id, Scope& scope);
  void run_with(NodeId id, Scope& scope);
  void run_match(NodeId id, Scope& scope);
  void run_branch(NodeId block, Scope& scope, std::set<std::string_view>& bound_before);
  void forget_assigned(NodeId block, Scope& scope, std::string_view reason);
  bool only_grows(NodeId change, NodeId name, std::string_view reason, Scope& scope);
  void add_imports(NodeId id, Scope& scope);
  void add_function(NodeId id, Scope& scope, Span span, std::vector<std::string> decorators);
  void add_class(NodeId id, Scope& scope, Span span);
  void add_decorated(NodeId id, Scope& scope);
  void assign(NodeId id, Scope& scope);
  void assign_to(NodeId target, Value value, Scope& scope);
  void assign_item(NodeId target, Value value, Scope& scope);
  void augment(NodeId id, Scope& scope);
  void call_method_of(NodeId id, Scope& scope);
  void remove(NodeId id, Scope& scope);
  void bind(std::string_view name, Span span, Value value, Scope& scope);
  Binding* find(std::string_view name, Scope& scope);
  Binding* own_copy(NodeId name, Scope& scope);
  bool change_list(Binding& binding, std::string_view method, Values& arguments);

  const Tree& tree_;
  const ParseOptions& options_;
  Module& module_;
  Evaluator evaluator_;
  Scope scope_;
  int conditions_ = 0;                                  // branches around us that are not decided
  std::set<std::string_view>* bound_before_ = nullptr;  // by earlier branches of the same undecided `if`
  std::set<std::string_view>* bound_here_ = nullptr;
};

void Executor::run_block(NodeId block, Scope& scope) {
  if (block == no_node) return;
  if (tree_[block].truncated) module_.errors.push_back({tree_[block].span, "nested too deep"});
  run_children(block, scope);
}

void Executor::run_children(NodeId block, Scope& scope) {
  for (auto child = tree_[block].first_child; child != no_node; child = tree_[child].next) run_statement(child, scope);
}

void Executor::run_statement(NodeId id, Scope& scope) {
  const auto& node = tree_[id];
  if (node.truncated) {
    module_.errors.push_back({node.span, "nested too deep"});
    return;
  }
  switch (node.kind) {
    case NodeKind::expression_statement:
      return run_expression(node.first_child, scope);
    case NodeKind::import_statement:
    case NodeKind::import_from_statement:
      return add_imports(id, scope);
    case NodeKind::function_definition:
      return add_function(id, scope, node.span, {});
    case NodeKind::class_definition:
      return add_class(id, scope, node.span);
    case NodeKind::decorated_definition:
      return add_decorated(id, scope);
    case NodeKind::if_statement:
      return run_if(id, scope);
    case NodeKind::for_statement:
      return run_for(id, scope);
    case NodeKind::while_statement:
      return forget_assigned(id, scope, "bound in a loop");
    case NodeKind::try_statement:
      return run_try(id, scope);
    case NodeKind::with_statement:
      return run_with(id, scope);
    case NodeKind::match_statement:
      return run_match(id, scope);
    case NodeKind::delete_statement:
      return remove(id, scope);
    default:
      return;
  }
}

void Executor::run_expression(NodeId id, Scope& scope) {
  if (id == no_node) return;
  switch (tree_[id].kind) {
    case NodeKind::assignment:
      return assign(id, scope);
    case NodeKind::augmented_assignment:
      return augment(id, scope);
    case NodeKind::call:
      return call_method_of(id, scope);
    default:
      return;
  }
}

// Of branches that exclude each other and are not decided, the first that binds a name wins: it is the one written for
// the common case at least as often as not, and the binding is marked.
void Executor::run_branch(NodeId block, Scope& scope, std::set<std::string_view>& bound_before) {
  if (block == no_node) return;
  std::set<std::string_view> here;
  auto* const outer_before = std::exchange(bound_before_, &bound_before);
  auto* const outer_here = std::exchange(bound_here_, &here);
  ++conditions_;
  run_block(block, scope);
  --conditions_;
  bound_before_ = outer_before;
  bound_here_ = outer_here;
  if (outer_here != nullptr) outer_here->insert(here.begin(), here.end());
  bound_before.merge(here);
}

void Executor::run_if(NodeId id, Scope& scope) {
  std::set<std::string_view> bound;
  bool decided = true;  // every condition so far was constant and false
  for (auto part = id; part != no_node;) {
    const auto& node = tree_[part];
    NodeId block = no_node;
    std::optional<bool> taken;
    if (node.kind == NodeKind::else_clause) {
      block = tree_.child(part, Field::body);
      taken = true;
    } else {
      block = tree_.child(part, Field::consequence);
      taken = truth(evaluator_.eval(tree_.child(part, Field::condition)));
    }
    if (taken && *taken && decided) return run_block(block, scope);
    if (!taken || *taken) run_branch(block, scope, bound);
    if (taken && *taken) return;
    decided = decided && taken.has_value();
    part = part == id ? tree_.child(id, Field::alternative) : node.next;
    while (part != no_node && tree_[part].kind != NodeKind::elif_clause && tree_[part].kind != NodeKind::else_clause)
      part = tree_[part].next;
  }
}

void Executor::run_unrolled(NodeId id, Scope& scope) {
  auto iterable = evaluator_.eval(tree_.child(id, Field::right));
  Values none;
  std::vector<Keyword> no_keywords;
  if (iterable.is<Dict>() && is_constant(iterable))
    if (auto keys = call_method(iterable, "keys", none, no_keywords, evaluator_.budget()))
      iterable.kind = std::move(*keys);
  const auto items = items_of(iterable);
  const auto body = tree_.child(id, Field::body);
  const bool steady = items && items->size() <= max_unrolled &&
                      std::none_of(items->begin(), items->end(), [](const Value& item) { return item.is<Starred>(); });
  if (!steady) return forget_assigned(body, scope, "bound in a loop over a value that is not constant");
  for (const auto& item : *items) {
    if (evaluator_.budget().left == 0) break;
    assign_to(tree_.child(id, Field::left), copy(item, evaluator_.budget(), options_.max_depth), scope);
    run_block(body, scope);
  }
}

void Executor::run_for(NodeId id, Scope& scope) {
  // Nested loops multiply; the budget of the evaluator ends them.
  run_unrolled(id, scope);
  if (const auto otherwise = tree_.child(id, Field::alternative); otherwise != no_node)
    run_block(tree_.child(otherwise, Field::body), scope);
}

// A `try` at module level guards an optional import: what is tried is taken to work.
void Executor::run_try(NodeId id, Scope& scope) {
  run_block(tree_.child(id, Field::body), scope);
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    if (tree_[child].kind == NodeKind::else_clause) run_block(tree_.child(child, Field::body), scope);
    if (tree_[child].kind == NodeKind::finally_clause) run_block(tree_.child(child, NodeKind::block), scope);
  }
}

// `with open(path) as f:` makes `f` stand for the call, so that `f.read()` says what is read.
void Executor::run_with(NodeId id, Scope& scope) {
  const auto clause = tree_.child(id, NodeKind::with_clause);
  for (auto item = clause == no_node ? no_node : tree_[clause].first_child; item != no_node; item = tree_[item].next) {
    const auto pattern = tree_[item].first_child;
    if (pattern == no_node || tree_[pattern].kind != NodeKind::as_pattern) continue;
    const auto context = tree_[pattern].first_child;
    const auto target = context == no_node ? no_node : tree_[context].next;
    if (target != no_node) assign_to(tree_[target].first_child, evaluator_.eval(context), scope);
  }
  run_block(tree_.child(id, Field::body), scope);
}

void Executor::run_match(NodeId id, Scope& scope) {
  std::set<std::string_view> bound;
  const auto body = tree_.child(id, Field::body);
  if (body == no_node) return;
  for (auto child = tree_[body].first_child; child != no_node; child = tree_[child].next)
    if (tree_[child].kind == NodeKind::case_clause) run_branch(tree_.child(child, Field::consequence), scope, bound);
}

// `names.append(x)` or `names += xs` an unknown number of times: what is in the list already stays in it.
bool Executor::only_grows(NodeId change, NodeId name, std::string_view reason, Scope& scope) {
  auto* binding = find(evaluator_.text(name), scope);
  auto* list = binding == nullptr ? nullptr : std::get_if<List>(&binding->value.kind);
  if (list == nullptr) return false;
  const auto next = tree_[name].next;
  if (next == no_node) return false;
  const auto how = evaluator_.text(next);
  if (how != "append" && how != "extend" && how != "insert" && how != "+=") return false;
  const auto span = tree_[change].span;
  auto rest = std::make_unique<Value>(evaluator_.unknown(change, reason));
  list->items.push_back({Starred{std::move(rest)}, {options_.file, span}, span});
  return true;
}

void Executor::forget_assigned(NodeId block, Scope& scope, std::string_view reason) {
  if (block == no_node) return;
  for (auto child = tree_[block].first_child; child != no_node; child = tree_[child].next) {
    const auto kind = tree_[child].kind;
    if (kind == NodeKind::class_definition || kind == NodeKind::function_definition) continue;
    if (kind != NodeKind::assignment && kind != NodeKind::augmented_assignment && kind != NodeKind::call) {
      forget_assigned(child, scope, reason);
      continue;
    }
    auto target = tree_[child].first_child;
    const bool method = kind == NodeKind::call && target != no_node && tree_[target].kind == NodeKind::attribute;
    if (method) target = tree_[target].first_child;
    if (target == no_node || tree_[target].kind != NodeKind::identifier) continue;
    if (kind == NodeKind::call && (!method || find(evaluator_.text(target), scope) == nullptr)) continue;
    if (kind != NodeKind::assignment && only_grows(child, target, reason, scope)) continue;
    bind(evaluator_.text(target), tree_[target].span, evaluator_.unknown(child, reason), scope);
  }
}

void Executor::add_imports(NodeId id, Scope& scope) {
  for (auto& import : read_imports(tree_, id, evaluator_)) {
    if (import.name == "*") {
      evaluator_.star_imports.push_back(import.dotted);
    } else {
      const auto key = imported_name(tree_, id, evaluator_, import.name);
      scope.names[key] = {Scope::Entry::import, module_.imports.size()};
    }
    module_.imports.push_back(std::move(import));
  }
}

void Executor::add_function(NodeId id, Scope& scope, Span span, std::vector<std::string> decorators) {
  const auto name = tree_.child(id, Field::name);
  if (name == no_node) return;
  Function function;
  function.name = evaluator_.text(name);
  function.span = span;
  function.name_span = tree_[name].span;
  function.decorators = std::move(decorators);
  if (const auto list = tree_.child(id, Field::parameters); list != no_node)
    function.parameters = read_parameters(tree_, list, evaluator_);
  scope.names[evaluator_.text(name)] = {Scope::Entry::function, scope.functions->size()};
  scope.functions->push_back(std::move(function));
}

void Executor::add_class(NodeId id, Scope& scope, Span span) {
  const auto name = tree_.child(id, Field::name);
  if (name == no_node) return;
  Class result;
  result.name = evaluator_.text(name);
  result.span = span;
  result.name_span = tree_[name].span;
  if (const auto bases = tree_.child(id, Field::superclasses); bases != no_node)
    evaluator_.eval_arguments(bases, result.bases, result.keywords);
  Scope inner;
  inner.bindings = &result.bindings;
  inner.functions = &result.functions;
  inner.classes = &result.classes;
  // The body of a class sees itself and the module, not a class around it.
  auto outer = std::exchange(evaluator_.scopes, {&inner, &scope_});
  run_block(tree_.child(id, Field::body), inner);
  evaluator_.scopes = std::move(outer);
  scope.names[evaluator_.text(name)] = {Scope::Entry::class_, scope.classes->size()};
  scope.classes->push_back(std::move(result));
}

void Executor::add_decorated(NodeId id, Scope& scope) {
  std::vector<std::string> decorators;
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    const auto& node = tree_[child];
    if (node.kind == NodeKind::decorator) decorators.emplace_back(dotted_name(evaluator_.eval(node.first_child)));
    if (node.kind == NodeKind::function_definition) add_function(child, scope, tree_[id].span, decorators);
    if (node.kind == NodeKind::class_definition) add_class(child, scope, tree_[id].span);
  }
}

Binding* Executor::find(std::string_view name, Scope& scope) {
  const auto entry = scope.names.find(name);
  if (entry == scope.names.end() || entry->second.entry != Scope::Entry::binding) return nullptr;
  return &(*scope.bindings)[entry->second.index];
}

void Executor::bind(std::string_view name, Span span, Value value, Scope& scope) {
  if (bound_before_ != nullptr && bound_before_->contains(name)) return;
  if (bound_here_ != nullptr) bound_here_->insert(name);
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

void Executor::assign(NodeId id, Scope& scope) {
  std::vector<NodeId> targets;
  auto value = id;
  while (value != no_node && tree_[value].kind == NodeKind::assignment) {
    targets.push_back(tree_.child(value, Field::left));
    value = tree_.child(value, Field::right);
  }
  if (value == no_node) return;  // an annotation alone
  auto result = evaluator_.eval(value);
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
    return;
  const auto items = items_of(value);
  std::size_t at = 0;
  for (auto child = node.first_child; child != no_node; child = tree_[child].next, ++at) {
    const bool known = items && at < items->size() && !(*items)[at].is<Starred>();
    assign_to(child,
              known ? copy((*items)[at], evaluator_.budget(), options_.max_depth)
                    : evaluator_.unknown(target, "unpacked from a value that is not constant"),
              scope);
  }
}

// The binding that `name` means, made a binding of `scope` first where it is another scope's or another module's.
Binding* Executor::own_copy(NodeId name, Scope& scope) {
  const auto text = evaluator_.text(name);
  if (auto* binding = find(text, scope)) return binding;
  auto value = evaluator_.named(text, tree_[name].span);
  if (value.is<Name>()) return nullptr;
  bind(text, tree_[name].span, std::move(value), scope);
  return find(text, scope);
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
  if (base == no_node || tree_[base].kind != NodeKind::identifier) return;
  auto* binding = own_copy(base, scope);
  if (binding == nullptr) return;
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
      return;
    }
    const auto same = std::find_if(dict->items.begin(), dict->items.end(),
                                   [&](const auto& item) { return equal(item.first, *key).value_or(false); });
    if (same != dict->items.end()) {
      at = &same->second;
    } else if (key + 1 == keys.rend()) {
      dict->items.emplace_back(std::move(*key), Value{});
      at = &dict->items.back().second;
    } else {
      return;
    }
  }
  *at = std::move(value);
}

void Executor::augment(NodeId id, Scope& scope) {
  const auto target = tree_[id].first_child;
  const auto op = target == no_node ? no_node : tree_[target].next;
  const auto right = op == no_node ? no_node : tree_[op].next;
  if (right == no_node || tree_[target].kind != NodeKind::identifier) return;
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
  } else {
    result.kind = Binary{std::string(sign), std::make_unique<Value>(std::move(current)),
                         std::make_unique<Value>(std::move(added))};
  }
  auto* const before = std::exchange(bound_before_, nullptr);  // what every branch adds is there
  const auto* old = find(name, scope);
  const bool conditional = old != nullptr && old->conditional;
  bind(name, tree_[target].span, std::move(result), scope);
  if (auto* binding = find(name, scope); binding != nullptr && conditional) binding->conditional = true;
  bound_before_ = before;
}

bool Executor::change_list(Binding& binding, std::string_view method, Values& arguments) {
  auto* list = std::get_if<List>(&binding.value.kind);
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

void Executor::call_method_of(NodeId id, Scope& scope) {
  const auto function = tree_[id].first_child;
  const auto list = function == no_node ? no_node : tree_[function].next;
  if (list == no_node || tree_[function].kind != NodeKind::attribute || tree_[list].truncated) return;
  const auto object = tree_[function].first_child;
  if (object == no_node || tree_[object].kind != NodeKind::identifier || tree_[object].next == no_node) return;
  const auto method = evaluator_.text(tree_[object].next);
  constexpr std::string_view changing[] = {"append", "extend", "insert", "remove",  "update", "add",
                                           "pop",    "clear",  "sort",   "reverse", "discard"};
  if (std::find(std::begin(changing), std::end(changing), method) == std::end(changing)) return;
  auto* binding = own_copy(object, scope);
  if (binding == nullptr) return;
  if (conditions_ > 0) binding->conditional = true;
  Values arguments;
  std::vector<Keyword> keywords;
  evaluator_.eval_arguments(list, arguments, keywords);
  if (keywords.empty() && change_list(*binding, method, arguments)) return;
  auto* dict = std::get_if<Dict>(&binding->value.kind);
  if (dict != nullptr && method == "update" && keywords.empty() && arguments.size() == 1 && arguments[0].is<Dict>()) {
    if (auto merged = binary("|", binding->value, arguments[0], evaluator_.budget()))
      binding->value.kind = std::move(*merged);
    return;
  }
  binding->value.kind = Unknown{"changed by `." + std::string(method) + "()`"};
}

void Executor::remove(NodeId id, Scope& scope) {
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    if (tree_[child].kind != NodeKind::identifier) continue;
    if (auto* binding = find(evaluator_.text(child), scope)) binding->value = evaluator_.unknown(child, "deleted");
  }
}

}  // namespace

Module parse(std::string_view source, const ParseOptions& options) {
  TreeOptions tree_options;
  tree_options.max_depth = options.max_depth;
  tree_options.function_bodies = options.keep_tree;
  auto tree = std::make_shared<const Tree>(read_tree(source, tree_options));
  Module module;
  for (const auto span : tree->comments) module.comments.push_back({span});
  for (const auto& error : tree->errors) module.errors.push_back({error.span, error.message});
  Executor(*tree, source, options, module).run();
  if (options.keep_tree) module.tree = std::move(tree);
  return module;
}

}  // namespace mlint::py
