#pragma once

#include <memory>
#include <string>
#include <vector>

#include "parsers/python/module.h"

// Expressions of Python as chains: Order.objects.filter(…).update(…).
namespace mlint::django {

constexpr int max_chain = 200;  // links that are followed

// Names along a chain of attributes and calls, from its root.
struct Chain {
  std::vector<std::string> path;
  std::vector<const py::Call*> calls;  // behind each name; null where there is none
  bool sliced = false;
};

Chain chain_of(const py::Value& value);

// The parts of an expression that is no call.
template <class Visit>
void each_child(const py::Value& value, Visit visit) {
  const auto all = [&](const py::Values& values) {
    for (const py::Value& one : values) visit(one);
  };
  if (const auto* list = value.as<py::List>()) all(list->items);
  if (const auto* tuple = value.as<py::Tuple>()) all(tuple->items);
  if (const auto* set = value.as<py::Set>()) all(set->items);
  if (const auto* dict = value.as<py::Dict>())
    for (const auto& [key, item] : dict->items) visit(key), visit(item);
  const auto maybe = [&](const std::unique_ptr<py::Value>& one) {
    if (one != nullptr) visit(*one);
  };
  if (const auto* starred = value.as<py::Starred>()) maybe(starred->value);
  if (const auto* attribute = value.as<py::Attribute>()) maybe(attribute->base);
  if (const auto* subscript = value.as<py::Subscript>()) maybe(subscript->base), maybe(subscript->index);
  if (const auto* unary = value.as<py::Unary>()) maybe(unary->operand);
  if (const auto* binary = value.as<py::Binary>()) maybe(binary->left), maybe(binary->right);
}

}  // namespace mlint::django
