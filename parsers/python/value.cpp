#include <algorithm>

#include "analyzer/base/overloaded.h"
#include "parsers/python/module.h"

namespace mlint::py {

namespace {

std::unique_ptr<Value> clone(const std::unique_ptr<Value>& value) {
  return value ? std::make_unique<Value>(value->clone()) : nullptr;
}

Values clone(const Values& values) {
  Values result;
  result.reserve(values.size());
  for (const auto& value : values) result.push_back(value.clone());
  return result;
}

// Not called clone: clang would try to make a Kind of a list of values.
Kind copy_of(const Kind& kind) {
  return std::visit(overloaded{
                        [](const Call& call) -> Kind {
                          Call result{clone(call.callee), clone(call.arguments), {}};
                          for (const auto& keyword : call.keywords)
                            result.keywords.push_back({keyword.name, clone(keyword.value)});
                          return result;
                        },
                        [](const List& list) -> Kind { return List{clone(list.items)}; },
                        [](const Tuple& tuple) -> Kind { return Tuple{clone(tuple.items)}; },
                        [](const Set& set) -> Kind { return Set{clone(set.items)}; },
                        [](const Dict& dict) -> Kind {
                          Dict result;
                          for (const auto& [key, value] : dict.items)
                            result.items.emplace_back(key.clone(), value.clone());
                          return result;
                        },
                        [](const Starred& starred) -> Kind { return Starred{clone(starred.value)}; },
                        [](const Attribute& attribute) -> Kind {
                          return Attribute{clone(attribute.base), attribute.name};
                        },
                        [](const Subscript& subscript) -> Kind {
                          return Subscript{clone(subscript.base), clone(subscript.index)};
                        },
                        [](const Unary& unary) -> Kind {
                          return Unary{unary.op, clone(unary.operand)};
                        },
                        [](const Binary& binary) -> Kind {
                          return Binary{binary.op, clone(binary.left), clone(binary.right)};
                        },
                        [](const auto& leaf) -> Kind { return leaf; },
                    },
                    kind);
}

const Value* first_of(const Values& values) {
  for (const auto& value : values)
    if (const auto* unknown = first_unknown(value)) return unknown;
  return nullptr;
}

const Value* first_of(const std::unique_ptr<Value>& value) { return value ? first_unknown(*value) : nullptr; }

const Value* either(const Value* first, const Value* second) { return first != nullptr ? first : second; }

template <class T>
const T* last_named(const std::vector<T>& items, std::string_view name) {
  const auto found = std::find_if(items.rbegin(), items.rend(), [&](const T& item) { return item.name == name; });
  return found == items.rend() ? nullptr : &*found;
}

}  // namespace

// Recursive like the evaluator that made the value: its depth is bounded there.
Value Value::clone() const { return {py::copy_of(kind), source, use}; }

std::string_view dotted_name(const Value& value) {
  if (const auto* name = value.as<Name>()) return name->dotted;
  if (const auto* call = value.as<Call>())
    if (const auto* callee = call->callee->as<Name>()) return callee->dotted;
  return {};
}

const Value* first_unknown(const Value& value) {
  return std::visit(
      overloaded{
          [&](const Unknown&) -> const Value* { return &value; },
          [](const Call& call) -> const Value* {
            if (const auto* unknown = first_of(call.callee)) return unknown;
            if (const auto* unknown = first_of(call.arguments)) return unknown;
            for (const auto& keyword : call.keywords)
              if (const auto* unknown = first_of(keyword.value)) return unknown;
            return nullptr;
          },
          [](const List& list) { return first_of(list.items); },
          [](const Tuple& tuple) { return first_of(tuple.items); },
          [](const Set& set) { return first_of(set.items); },
          [](const Dict& dict) -> const Value* {
            for (const auto& [key, item] : dict.items)
              if (const auto* unknown = either(first_unknown(key), first_unknown(item))) return unknown;
            return nullptr;
          },
          [](const Starred& starred) { return first_of(starred.value); },
          [](const Attribute& attribute) { return first_of(attribute.base); },
          [](const Subscript& subscript) { return either(first_of(subscript.base), first_of(subscript.index)); },
          [](const Unary& unary) { return first_of(unary.operand); },
          [](const Binary& binary) { return either(first_of(binary.left), first_of(binary.right)); },
          [](const auto&) -> const Value* { return nullptr; },
      },
      value.kind);
}

bool fully_known(const Value& value) { return first_unknown(value) == nullptr; }

const Binding* Class::binding(std::string_view wanted) const { return last_named(bindings, wanted); }

const Value* Class::find(std::string_view wanted) const {
  const auto* found = binding(wanted);
  return found != nullptr ? &found->value : nullptr;
}

const Function* Class::function(std::string_view wanted) const { return last_named(functions, wanted); }

const Binding* Module::binding(std::string_view name) const { return last_named(bindings, name); }

const Value* Module::find(std::string_view name) const {
  const auto* found = binding(name);
  return found != nullptr ? &found->value : nullptr;
}

const Class* Module::find_class(std::string_view name) const { return last_named(classes, name); }

const Function* Module::find_function(std::string_view name) const { return last_named(functions, name); }

}  // namespace mlint::py
