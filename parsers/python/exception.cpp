#include <algorithm>

#include "parsers/python/executor.h"

// Statements that an exception may leave.
namespace mlint::py {

namespace {

std::string_view last_part(std::string_view dotted) { return dotted.substr(dotted.rfind('.') + 1); }

Jump perhaps(Jump jump) { return jump == Jump::none ? Jump::none : Jump::possible; }

}  // namespace

// What follows where a jump may have gone around it.
void Executor::run_next(NodeId block, Scope& scope, Span statement) {
  if (loop_.jump == Jump::certain) return;
  if (loop_.jump == Jump::none) return run_block(block, scope);
  Branch branch;
  enter(branch);
  run_block(block, scope);
  leave(branch, scope, statement);
}

bool Executor::guards_import(NodeId handler) {
  const auto caught = tree_[handler].first_child;
  const auto text = caught == no_node || tree_[caught].kind == NodeKind::block ? "" : evaluator_.text(caught);
  return text.find("ImportError") != text.npos || text.find("ModuleNotFoundError") != text.npos;
}

// An import is taken to work.
bool Executor::may_raise(NodeId statement) {
  const auto& node = tree_[statement];
  if (node.kind == NodeKind::import_statement || node.kind == NodeKind::import_from_statement) return false;
  if (node.kind == NodeKind::other) return node.first_child != no_node;  // else `pass`, `break`, `continue`
  const auto assigned = node.kind == NodeKind::expression_statement ? node.first_child : no_node;
  if (assigned == no_node || tree_[assigned].kind != NodeKind::assignment) return true;
  const auto value = tree_.child(assigned, Field::right);
  return tree_[tree_[assigned].first_child].kind != NodeKind::identifier || value == no_node ||
         !is_constant(evaluator_.eval(value));
}

// A `try` at module level mostly guards an optional import: what is tried is then taken to work. Else an exception may
// have ended it anywhere.
void Executor::run_try(NodeId id, Scope& scope) {
  const auto body = tree_.child(id, Field::body);
  bool raises = false;
  for (auto child = tree_[body].first_child; child != no_node && !raises; child = tree_[child].next)
    raises = may_raise(child);
  bool handled = false;
  bool undecided = false;
  const auto each_handler = [&](auto visit) {
    for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next)
      if (tree_[child].kind == NodeKind::except_clause) visit(child);
  };
  if (!options_.likeliest)
    each_handler([&](NodeId handler) {
      handled = true;
      undecided = undecided || (raises && !guards_import(handler));
    });
  Branch branch;
  if (undecided) enter(branch);
  run_block(body, scope);
  if (handled && raises) loop_ = {loop_.inside, perhaps(loop_.jump), perhaps(loop_.broken)};
  if (const auto otherwise = tree_.child(id, NodeKind::else_clause); otherwise != no_node)
    run_next(tree_.child(otherwise, Field::body), scope, tree_[id].span);
  if (undecided) {
    leave(branch, scope, tree_[id].span);
    std::set<std::string_view> bound;
    each_handler([&](NodeId handler) {
      if (!guards_import(handler)) run_branch(tree_.child(handler, NodeKind::block), scope, tree_[id].span, bound);
    });
  }
  if (const auto last = tree_.child(id, NodeKind::finally_clause); last != no_node)
    run_finally(tree_.child(last, NodeKind::block), scope);
}

// It runs whatever jumped, and a jump of its own takes the place of the one before.
void Executor::run_finally(NodeId block, Scope& scope) {
  const Loop left = std::exchange(loop_, Loop{loop_.inside, Jump::none, Jump::none});
  run_block(block, scope);
  if (loop_.jump == Jump::none) loop_ = left;
  if (loop_.jump == Jump::possible)
    loop_ = {left.inside, std::max(left.jump, loop_.jump), both(left.broken, loop_.broken)};
}

// `with open(path) as f:` makes `f` stand for the call, so that `f.read()` says what is read.
void Executor::run_with(NodeId id, Scope& scope) {
  const auto clause = tree_.child(id, NodeKind::with_clause);
  bool suppresses = false;
  for (auto item = clause == no_node ? no_node : tree_[clause].first_child; item != no_node; item = tree_[item].next) {
    const auto pattern = tree_[item].first_child;
    run_within(pattern, scope);
    suppresses = suppresses || (!options_.likeliest && pattern != no_node &&
                                last_part(dotted_name(evaluator_.eval(pattern))) == "suppress");
    if (pattern == no_node || tree_[pattern].kind != NodeKind::as_pattern) continue;
    const auto context = tree_[pattern].first_child;
    const auto target = context == no_node ? no_node : tree_[context].next;
    if (target != no_node) assign_to(tree_[target].first_child, evaluator_.eval(context), scope);
  }
  Branch branch;
  if (suppresses) enter(branch);
  run_block(tree_.child(id, Field::body), scope);
  if (suppresses) leave(branch, scope, tree_[id].span);
}

}  // namespace mlint::py
