#include <algorithm>
#include <set>

#include "parsers/python/executor.h"
#include "parsers/python/imports.h"

namespace mlint::py {

namespace {

constexpr std::size_t max_unrolled = 1000;  // rounds of one loop

}  // namespace

void Executor::run_block(NodeId block, Scope& scope) {
  if (block == no_node) return;
  if (tree_[block].truncated) module_.errors.push_back({tree_[block].span, "nested too deep"});
  run_children(block, scope);
}

void Executor::run_children(NodeId block, Scope& scope) { run_from(tree_[block].first_child, scope); }

void Executor::run_from(NodeId first, Scope& scope) {
  for (auto child = first; child != no_node && loop_.jump != Jump::certain; child = tree_[child].next) {
    run_statement(child, scope);
    const auto rest = tree_[child].next;
    if (loop_.jump != Jump::possible || rest == no_node) continue;
    Branch branch;
    enter(branch);
    run_from(rest, scope);
    return leave(branch, scope, tree_[child].span);
  }
}

void Executor::run_statement(NodeId id, Scope& scope) {
  const auto& node = tree_[id];
  if (node.truncated) {
    module_.errors.push_back({node.span, "nested too deep"});
    return;
  }
  switch (node.kind) {
    case NodeKind::expression_statement:
      for (auto child = node.first_child; child != no_node; child = tree_[child].next) run_expression(child, scope);
      return;
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
      return forget_changed(id, scope, "bound in a loop");
    case NodeKind::try_statement:
      return run_try(id, scope);
    case NodeKind::with_statement:
      return run_with(id, scope);
    case NodeKind::match_statement:
      return run_match(id, scope);
    case NodeKind::delete_statement:
      return remove(id, scope);
    case NodeKind::other:
      return run_jump(id);
    default:
      return;
  }
}

void Executor::run_jump(NodeId id) {
  if (!loop_.inside || tree_[id].first_child != no_node) return;
  const auto word = evaluator_.text(id);
  if (word == "break") loop_.broken = Jump::certain;
  if (word == "break" || word == "continue") loop_.jump = Jump::certain;
}

void Executor::run_expression(NodeId id, Scope& scope) {
  if (id == no_node) return;
  switch (tree_[id].kind) {
    case NodeKind::assignment:
      return assign(id, scope);
    case NodeKind::augmented_assignment:
      return augment(id, scope);
    case NodeKind::call:
      return run_call(id, scope);
    case NodeKind::parenthesized_expression:
      return run_expression(tree_[id].first_child, scope);
    default:
      return run_within(id, scope);
  }
}

// Where values are guessed, the first of branches that exclude each other wins: it is the one written for the common
// case at least as often as not.
void Executor::run_branch(NodeId block, Scope& scope, Span statement, std::set<std::string_view>& bound_before) {
  if (block == no_node) return;
  std::set<std::string_view> here;
  auto* const outer_before = std::exchange(bound_before_, &bound_before);
  auto* const outer_here = std::exchange(bound_here_, &here);
  Branch branch;
  enter(branch);
  run_block(block, scope);
  leave(branch, scope, statement);
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
      const auto condition = tree_.child(part, Field::condition);
      taken = truth(evaluator_.eval(condition));
      run_within(condition, scope);
    }
    if (taken && *taken && decided) return run_block(block, scope);
    if (!taken || *taken) run_branch(block, scope, tree_[id].span, bound);
    if (taken && *taken) return;
    decided = decided && taken.has_value();
    part = part == id ? tree_.child(id, Field::alternative) : node.next;
    while (part != no_node && tree_[part].kind != NodeKind::elif_clause && tree_[part].kind != NodeKind::else_clause)
      part = tree_[part].next;
  }
}

void Executor::run_unrolled(NodeId id, Scope& scope) {
  auto iterable = evaluator_.eval(tree_.child(id, Field::right));
  run_within(tree_.child(id, Field::right), scope);
  Values none;
  std::vector<Keyword> no_keywords;
  if (iterable.is<Dict>() && is_constant(iterable))
    if (auto keys = call_method(iterable, "keys", none, no_keywords, evaluator_.budget()))
      iterable.kind = std::move(*keys);
  const auto items = items_of(iterable);
  const auto body = tree_.child(id, Field::body);
  const bool steady = items && items->size() <= max_unrolled &&
                      std::none_of(items->begin(), items->end(), [](const Value& item) { return item.is<Starred>(); });
  if (!steady) {
    loop_.broken = Jump::possible;  // it may have been
    forget_targets(tree_.child(id, Field::left), scope, "bound in a loop over a value that is not constant");
    return forget_changed(body, scope, "bound in a loop over a value that is not constant");
  }
  for (const auto& item : *items) {
    if (evaluator_.budget().left == 0 || loop_.broken == Jump::certain) break;
    loop_.jump = Jump::none;
    const bool doubtful = loop_.broken == Jump::possible;
    Branch branch;
    if (doubtful) enter(branch);
    assign_to(tree_.child(id, Field::left), copy(item, evaluator_.budget(), options_.max_depth), scope);
    run_block(body, scope);
    if (doubtful) leave(branch, scope, tree_[id].span);
  }
}

void Executor::run_for(NodeId id, Scope& scope) {
  // Nested loops multiply; the budget of the evaluator ends them.
  const Loop outer = std::exchange(loop_, Loop{true, Jump::none, Jump::none});
  run_unrolled(id, scope);
  const Jump broken = std::exchange(loop_, outer).broken;
  const auto otherwise = tree_.child(id, Field::alternative);
  if (otherwise == no_node || broken == Jump::certain) return;
  Branch branch;
  if (broken == Jump::possible) enter(branch);
  run_block(tree_.child(otherwise, Field::body), scope);
  if (broken == Jump::possible) leave(branch, scope, tree_[id].span);
}

void Executor::run_match(NodeId id, Scope& scope) {
  std::set<std::string_view> bound;
  const auto body = tree_.child(id, Field::body);
  run_within(tree_.child(id, Field::subject), scope);
  if (body == no_node) return;
  for (auto child = tree_[body].first_child; child != no_node; child = tree_[child].next) {
    if (tree_[child].kind != NodeKind::case_clause) continue;
    forget_captured(child, scope);
    run_branch(tree_.child(child, NodeKind::block), scope, tree_[id].span, bound);
  }
}

void Executor::add_imports(NodeId id, Scope& scope) {
  for (auto& import : read_imports(tree_, id, evaluator_)) {
    if (import.name == "*") {
      evaluator_.star_imports.push_back(import.dotted);
    } else {
      const auto key = imported_name(tree_, id, evaluator_, import.name);
      declare(key, {Scope::Entry::import, module_.imports.size()}, scope);
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
  declare(evaluator_.text(name), {Scope::Entry::function, scope.functions->size()}, scope);
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
  auto* const branch = std::exchange(branch_, nullptr);
  const Loop loop = std::exchange(loop_, Loop{});
  run_block(tree_.child(id, Field::body), inner);
  loop_ = loop;
  branch_ = branch;
  evaluator_.scopes = std::move(outer);
  declare(evaluator_.text(name), {Scope::Entry::class_, scope.classes->size()}, scope);
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
