#include <algorithm>

#include "parsers/python/executor.h"

// Blocks of which it is not known whether they run. Inside, everything is exact; behind, a name that may stand for
// either of two values is Unknown.
namespace mlint::py {

namespace {

constexpr std::string_view undecided = "it depends on a condition that is not constant";

Span around(Span first, Span second) { return {std::min(first.begin, second.begin), std::max(first.end, second.end)}; }

Values* items_in(Value& value) {
  if (auto* list = std::get_if<List>(&value.kind)) return &list->items;
  if (auto* tuple = std::get_if<Tuple>(&value.kind)) return &tuple->items;
  return nullptr;
}

}  // namespace

Jump both(Jump before, Jump inside) {
  return before == Jump::none && inside == Jump::none ? Jump::none : Jump::possible;
}

void Executor::enter(Branch& branch) {
  ++conditions_;
  branch.loop = loop_;
  loop_ = Loop{loop_.inside, Jump::none, Jump::none};
  if (options_.likeliest) return;
  branch.outer = std::exchange(branch_, &branch);
}

void Executor::leave(Branch& branch, Scope& scope, Span statement) {
  --conditions_;
  loop_.jump = both(branch.loop.jump, loop_.jump);
  loop_.broken = both(branch.loop.broken, loop_.broken);
  if (options_.likeliest) return;
  branch_ = branch.outer;
  for (const auto& before : branch.changed) join(before, scope, statement);
}

Executor::Before Executor::standing(std::string_view name) {
  const Scope* scope = nullptr;
  const auto* reference = evaluator_.lookup(name, &scope);
  auto value = evaluator_.named(name, {});
  if (reference == nullptr) {
    const auto* unbound = value.as<Name>();
    if (unbound != nullptr && unbound->dotted == name) return {name, std::nullopt, false};
  }
  const bool code =
      reference != nullptr && (reference->entry == Scope::Entry::function || reference->entry == Scope::Entry::class_);
  return {name, std::move(value), !code};
}

// Before `name` changes.
void Executor::remember(std::string_view name) {
  for (auto* branch = branch_; branch != nullptr; branch = branch->outer) {
    auto& changed = branch->changed;
    if (std::any_of(changed.begin(), changed.end(), [&](const Before& it) { return it.name == name; })) return;
    changed.push_back(standing(name));
  }
}

void Executor::join(const Before& before, Scope& scope, Span statement) {
  if (!before.value) return;
  const auto now = standing(before.name);
  const bool constant = before.constant && now.constant && now.value.has_value();
  if (constant && equal(*before.value, *now.value).value_or(false)) return;
  // Whoever compares what is written finds all that decides here.
  const auto& old = before.value->source;
  const Span span = old.file == options_.file && !old.span.empty() ? around(old.span, statement) : statement;
  Value unknown{Unknown{std::string(undecided)}, {options_.file, span}, span};
  auto* binding = find(before.name, scope);
  if (binding == nullptr) {
    scope.names[before.name] = {Scope::Entry::binding, scope.bindings->size()};
    scope.bindings->push_back({std::string(before.name), statement, std::move(unknown), true});
    return;
  }
  binding->conditional = true;
  auto* items = items_in(binding->value);
  if (items == nullptr) {
    binding->value = std::move(unknown);
  } else if (std::none_of(items->begin(), items->end(), in_doubt)) {
    items->push_back({Starred{boxed(std::move(unknown))}, {options_.file, span}, span});
  }
}

}  // namespace mlint::py
