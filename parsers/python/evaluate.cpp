#include "parsers/python/evaluate.h"

#include <algorithm>

#include "parsers/python/literal.h"

namespace mlint::py {

namespace {

// Names whose value is settled by what mlint is for: PostgreSQL, and a program that runs.
struct Assumed {
  std::string_view dotted;
  std::string_view text;  // empty: False
};
constexpr Assumed assumed[] = {
    {"django.db.connection.vendor", "postgresql"},
    {"typing.TYPE_CHECKING", ""},
    {"TYPE_CHECKING", ""},
};

std::optional<Kind> assumed_value(std::string_view dotted) {
  for (const auto& entry : assumed) {
    if (entry.dotted != dotted) continue;
    if (entry.text.empty()) return Boolean{false};
    return String{std::string(entry.text), {}};
  }
  return std::nullopt;
}

}  // namespace

Value Evaluator::make(NodeId id, Kind kind) const {
  const auto span = tree_[id].span;
  return {std::move(kind), {options_.file, span}, span};
}

Value Evaluator::unknown(NodeId id, std::string_view reason) const { return make(id, Unknown{std::string(reason)}); }

Value Evaluator::place(Value value, Span use) const {
  value.use = use;
  return value;
}

const Scope::Reference* Evaluator::lookup(std::string_view name, const Scope** found) const {
  for (const auto* scope : scopes) {
    const auto entry = scope->names.find(name);
    if (entry == scope->names.end()) continue;
    *found = scope;
    return &entry->second;
  }
  return nullptr;
}

Value Evaluator::resolved(std::string dotted, Span use) {
  if (std::find(changed.begin(), changed.end(), dotted) != changed.end())
    return {Unknown{"changed in another module"}, {options_.file, use}, use};
  if (options_.resolve != nullptr)
    if (const auto* value = options_.resolve(options_.resolve_context, dotted))
      return place(copy(*value, budget_, options_.max_depth), use);
  if (auto value = assumed_value(dotted)) return {std::move(*value), {options_.file, use}, use};
  return {Name{std::move(dotted)}, {options_.file, use}, use};
}

Value Evaluator::named(std::string_view name, Span use) {
  for (auto local = locals.rbegin(); local != locals.rend(); ++local) {
    if (local->first != name) continue;
    if (local->second == nullptr) return {Name{std::string(name)}, {options_.file, use}, use};
    return place(copy(*local->second, budget_, options_.max_depth), use);
  }
  const Scope* scope = nullptr;
  const auto* reference = lookup(name, &scope);
  if (reference == nullptr) {
    for (auto star = star_imports.rbegin(); star != star_imports.rend(); ++star) {
      std::string dotted = *star + "." + std::string(name);
      if (options_.resolve != nullptr)
        if (const auto* value = options_.resolve(options_.resolve_context, dotted))
          return place(copy(*value, budget_, options_.max_depth), use);
      if (options_.has_name != nullptr && options_.has_name(dotted))
        return {Name{std::move(dotted)}, {options_.file, use}, use};
    }
    return {Name{std::string(name)}, {options_.file, use}, use};
  }
  switch (reference->entry) {
    case Scope::Entry::binding:
      return place(copy((*scope->bindings)[reference->index].value, budget_, options_.max_depth), use);
    case Scope::Entry::import:
      return resolved((*imports)[reference->index].dotted, use);
    default:
      return {Name{std::string(name)}, {options_.file, use}, use};
  }
}

Value Evaluator::eval(NodeId id) {
  if (id == no_node) return {Unknown{"a part is missing"}, {}, {}};
  if (tree_[id].truncated) return unknown(id, "nested too deep");
  if (!budget_.take(16)) return unknown(id, "too much to evaluate");
  return eval_kind(id);
}

Value Evaluator::eval_kind(NodeId id) {
  const auto& node = tree_[id];
  switch (node.kind) {
    case NodeKind::none:
      return make(id, None{});
    case NodeKind::true_:
      return make(id, Boolean{true});
    case NodeKind::false_:
      return make(id, Boolean{false});
    case NodeKind::integer:
      return make(id, read_integer(text(id)));
    case NodeKind::float_:
      return make(id, read_float(text(id)));
    case NodeKind::ellipsis:
      return make(id, Name{"..."});
    case NodeKind::string:
      return eval_string(id);
    case NodeKind::concatenated_string:
      return eval_concatenated(id);
    case NodeKind::identifier:
      return named(text(id), node.span);
    case NodeKind::attribute:
      return eval_attribute(id);
    case NodeKind::call:
      return eval_call(id);
    case NodeKind::list:
      return make(id, List{eval_items(id)});
    case NodeKind::tuple:
    case NodeKind::expression_list:
    case NodeKind::pattern_list:
      return make(id, Tuple{eval_items(id)});
    case NodeKind::set:
      return make(id, Set{eval_items(id)});
    case NodeKind::dictionary:
      return eval_dictionary(id);
    case NodeKind::parenthesized_expression:
      return eval(node.first_child);
    case NodeKind::named_expression:
      return eval(tree_[node.first_child].next);
    case NodeKind::subscript:
      return eval_subscript(id);
    case NodeKind::binary_operator:
      return eval_binary(id);
    case NodeKind::unary_operator:
      return eval_unary(id);
    case NodeKind::not_operator:
      return eval_not(id);
    case NodeKind::boolean_operator:
      return eval_boolean(id);
    case NodeKind::comparison_operator:
      return eval_comparison(id);
    case NodeKind::conditional_expression:
      return eval_conditional(id);
    case NodeKind::lambda:
      return make(id, Lambda{tree_[tree_.child(id, Field::body)].span});
    case NodeKind::list_comprehension:
    case NodeKind::set_comprehension:
    case NodeKind::generator_expression:
    case NodeKind::dictionary_comprehension:
      return eval_comprehension(id);
    case NodeKind::await:
      return eval(node.first_child);
    case NodeKind::error:
      return unknown(id, "the syntax is not understood");
    default:
      return unknown(id, "an expression of a kind that is not evaluated");
  }
}

std::size_t Evaluator::count_children(NodeId id) const {
  std::size_t count = 0;
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) ++count;
  return count;
}

Value Evaluator::class_attribute(const Class& from, std::string_view name, NodeId id) {
  // A base may change what the attribute is: members of an Enum are no plain values.
  const bool plain = from.bases.empty() || (from.bases.size() == 1 && dotted_name(from.bases[0]) == "object");
  const auto* value = plain && from.keywords.empty() ? from.find(name) : nullptr;
  if (value != nullptr) return place(copy(*value, budget_, options_.max_depth), tree_[id].span);
  return make(id, Name{from.name + "." + std::string(name)});
}

Value Evaluator::eval_attribute(NodeId id) {
  const auto object = tree_[id].first_child;
  const auto attribute = object == no_node ? no_node : tree_[object].next;
  if (attribute == no_node || tree_[attribute].kind != NodeKind::identifier)
    return unknown(id, "the syntax is not understood");
  const auto name = text(attribute);
  if (tree_[object].kind == NodeKind::identifier) {
    const Scope* scope = nullptr;
    const auto* reference = lookup(text(object), &scope);
    if (reference != nullptr && reference->entry == Scope::Entry::class_)
      return class_attribute((*scope->classes)[reference->index], name, id);
  }
  auto base = eval(object);
  if (auto* dotted = std::get_if<Name>(&base.kind)) {
    auto path = std::move(dotted->dotted);
    path.append(".").append(name);
    return resolved(std::move(path), tree_[id].span);
  }
  return make(id, Attribute{boxed(std::move(base)), std::string(name)});
}

Value Evaluator::eval_call(NodeId id) {
  const auto function = tree_[id].first_child;
  const auto list = function == no_node ? no_node : tree_[function].next;
  if (list == no_node || tree_[list].kind == NodeKind::error) return unknown(id, "the syntax is not understood");
  auto callee = eval(function);
  Values arguments;
  std::vector<Keyword> keywords;
  if (tree_[list].kind == NodeKind::argument_list) {
    if (tree_[list].truncated) return unknown(id, "nested too deep");
    keywords.reserve(count_children(list));
    eval_arguments(list, arguments, keywords);
  } else {
    arguments.push_back(eval(list));
  }
  if (const auto* name = callee.as<Name>()) {
    const Scope* scope = nullptr;
    const auto* reference = tree_[function].kind == NodeKind::identifier ? lookup(text(function), &scope) : nullptr;
    const bool own = reference != nullptr && reference->entry != Scope::Entry::import;
    if (!own)
      if (auto result = call_builtin(name->dotted, arguments, keywords, budget_)) return make(id, std::move(*result));
  } else if (const auto* attribute = callee.as<Attribute>()) {
    if (auto result = call_method(*attribute->base, attribute->name, arguments, keywords, budget_))
      return make(id, std::move(*result));
  }
  Call call{boxed(std::move(callee)), std::move(arguments), std::move(keywords)};
  const auto* known = answer == nullptr ? nullptr : answer(call);
  if (known != nullptr) return place(copy(*known, budget_, options_.max_depth), tree_[id].span);
  return make(id, std::move(call));
}

}  // namespace mlint::py
