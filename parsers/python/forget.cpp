#include <algorithm>

#include "parsers/python/executor.h"

// What may change a name without being evaluated makes it unknown, or of a list, whether there are more items.
namespace mlint::py {

namespace {

void make_unknown(Value& value, Value unknown) {
  auto* list = std::get_if<List>(&value.kind);
  if (list == nullptr) {
    value = std::move(unknown);
    return;
  }
  if (!list->items.empty() && in_doubt(list->items.back())) return;
  const auto source = unknown.source;
  const auto use = unknown.use;
  list->items.push_back({Starred{boxed(std::move(unknown))}, source, use});
}

bool may_change(const Value& value) { return value.is<List>() || value.is<Dict>() || value.is<Set>(); }

// What can be changed in place, inside of the value and itself last.
template <class Visit>
void each_changeable(Value& value, std::uint32_t depth, const Visit& visit) {
  if (depth == 0) return;
  const auto each = [&](Values& items) {
    for (auto& item : items) each_changeable(item, depth - 1, visit);
  };
  if (auto* list = std::get_if<List>(&value.kind)) each(list->items);
  if (auto* tuple = std::get_if<Tuple>(&value.kind)) each(tuple->items);
  if (auto* dict = std::get_if<Dict>(&value.kind))
    for (auto& item : dict->items) each_changeable(item.second, depth - 1, visit);
  if (auto* call = std::get_if<Call>(&value.kind)) {
    each(call->arguments);
    for (auto& keyword : call->keywords) each_changeable(*keyword.value, depth - 1, visit);
  }
  if (may_change(value)) visit(value);
}

}  // namespace

// What an expression does besides having a value. Settings are guessed: there it is left out.
void Executor::run_within(NodeId expression, Scope& scope) {
  if (!options_.likeliest) forget_changed(expression, scope, "changed inside an expression");
}

void Executor::forget_changed(NodeId block, Scope& scope, std::string_view reason) {
  each_name_change(tree_, evaluator_, block, [&](const NameChange& change) { forget(change, scope, reason); });
}

void Executor::forget_targets(NodeId target, Scope& scope, std::string_view reason) {
  each_target(tree_, evaluator_, target, [&](const NameChange& change) { forget(change, scope, reason); });
}

void Executor::forget_captured(NodeId clause, Scope& scope) {
  each_capture(tree_, evaluator_, clause,
               [&](const NameChange& change) { forget(change, scope, "bound by a pattern"); });
}

void Executor::forget(const NameChange& change, Scope& scope, std::string_view reason) {
  auto unknown = evaluator_.unknown(change.change, reason);
  const bool binds = change.kind == NameChange::Kind::bound || change.kind == NameChange::Kind::rebound;
  if (only_grows(change, scope, reason)) return;
  if (binds) return bind(change.name, change.name_span, std::move(unknown), scope);
  if (options_.likeliest && change.kind == NameChange::Kind::inside) return;
  const Scope* found = nullptr;
  const auto* reference = evaluator_.lookup(change.name, &found);
  if (reference == nullptr) return;
  if (reference->entry == Scope::Entry::import && !change.attribute.empty()) {
    auto& module = (*evaluator_.imports)[reference->index].dotted;
    evaluator_.changed.push_back(module + "." + std::string(change.attribute));
    return;
  }
  if (reference->entry == Scope::Entry::class_)
    return forget_attribute(change, (*found->classes)[reference->index], std::move(unknown));
  auto* binding = own_copy(change.name, change.name_span, scope);
  if (binding == nullptr || binding->value.is<Name>()) return;
  std::vector<Location> parts;  // first, as forgetting changes what is walked
  each_changeable(binding->value, options_.max_depth, [&](const Value& value) { parts.push_back(value.source); });
  for (const auto& part : parts) forget_aliases(part, &binding->value, change.change, scope);
  binding->conditional = binding->conditional || conditions_ > 0;
  make_unknown(binding->value, std::move(unknown));
}

// `Migration.operations.append(…)` behind the class.
void Executor::forget_attribute(const NameChange& change, const Class& of, Value unknown) {
  if (change.attribute.empty()) return;
  auto& bindings = const_cast<Class&>(of).bindings;  // NOLINT: the scope's own
  const auto binding =
      std::find_if(bindings.rbegin(), bindings.rend(), [&](const Binding& it) { return it.name == change.attribute; });
  if (binding != bindings.rend()) return make_unknown(binding->value, std::move(unknown));
  bindings.push_back({std::string(change.attribute), change.name_span, std::move(unknown), true});
}

// `operations = ops` or `groups = [ops]`, then `ops.append(…)`: values written at the same place are the same object.
void Executor::forget_aliases(Location source, const Value* changed, NodeId change, Scope& scope) {
  if (options_.likeliest || source.span.empty() || !may_change(*changed)) return;
  const auto forget_in = [&](std::vector<Binding>& bindings) {
    for (auto& binding : bindings)
      each_changeable(binding.value, options_.max_depth, [&](Value& value) {
        if (&value == changed || value.source.file != source.file || value.source.span != source.span) return;
        make_unknown(value, evaluator_.unknown(change, "changed by another name"));
      });
  };
  forget_in(*scope.bindings);
  if (&scope != &scope_) forget_in(*scope_.bindings);
  for (auto& made : *scope_.classes) forget_in(made.bindings);
}

// A function that is called for nothing but what it does may change the lists that it is given.
void Executor::forget_arguments(NodeId call, Scope& scope) {
  const auto function = tree_[call].first_child;
  const auto callee = evaluator_.text(function);
  if (options_.likeliest || callee == "print") return;
  const auto first = tree_[tree_[function].next].first_child;
  for (auto argument = first; argument != no_node; argument = tree_[argument].next) {
    if (tree_[argument].kind != NodeKind::identifier) continue;
    const auto name = evaluator_.text(argument);
    const Scope* found = nullptr;
    const auto* reference = evaluator_.lookup(name, &found);
    NameChange change{NameChange::Kind::inside, name, tree_[argument].span, call, {}, {}};
    if (reference == nullptr) continue;
    if (reference->entry == Scope::Entry::class_ && argument == first && callee == "setattr") {
      const auto attribute = evaluator_.eval(tree_[argument].next);
      if (const auto* text = attribute.as<String>()) change.attribute = text->text;
      forget(change, scope, "set by `setattr()`");
    } else if (reference->entry == Scope::Entry::binding && may_change((*found->bindings)[reference->index].value)) {
      forget(change, scope, "given to a function that is not evaluated");
    }
  }
}

// `names.append(x)` or `names += xs` an unknown number of times: what is in the list already stays in it.
bool Executor::only_grows(const NameChange& change, Scope& scope, std::string_view reason) {
  constexpr std::string_view growing[] = {"append", "extend", "insert", "+="};
  if (std::find(std::begin(growing), std::end(growing), change.how) == std::end(growing)) return false;
  if (!change.attribute.empty() || change.kind == NameChange::Kind::inside) return false;
  auto* binding = find(change.name, scope);
  auto* list = binding == nullptr ? nullptr : std::get_if<List>(&binding->value.kind);
  if (list == nullptr) return false;
  remember(change.name);
  forget_aliases(binding->value.source, &binding->value, change.change, scope);
  const auto span = tree_[change.change].span;
  auto rest = std::make_unique<Value>(evaluator_.unknown(change.change, reason));
  list->items.push_back({Starred{std::move(rest)}, {options_.file, span}, span});
  return true;
}

}  // namespace mlint::py
