#include "analyzer/django/python_chain.h"

#include <utility>

namespace mlint::django {
namespace {

void split(std::string_view dotted, std::vector<std::string>& out) {
  while (true) {
    const std::size_t dot = dotted.find('.');
    out.emplace_back(dotted.substr(0, dot));
    if (dot == std::string_view::npos) return;
    dotted.remove_prefix(dot + 1);
  }
}

}  // namespace

Chain chain_of(const py::Value& value) {
  std::vector<std::pair<std::string, const py::Call*>> reversed;
  Chain chain;
  const py::Value* at = &value;
  const py::Call* pending = nullptr;
  for (int depth = 0; at != nullptr && depth < max_chain; ++depth) {
    if (const auto* call = at->as<py::Call>()) {
      pending = call;
      at = call->callee.get();
    } else if (const auto* attribute = at->as<py::Attribute>()) {
      reversed.emplace_back(attribute->name, pending);
      pending = nullptr;
      at = attribute->base.get();
    } else if (const auto* subscript = at->as<py::Subscript>()) {
      chain.sliced = true;
      at = subscript->base.get();
    } else {
      if (const auto* name = at->as<py::Name>()) {
        std::vector<std::string> parts;
        split(name->dotted, parts);
        for (std::size_t i = parts.size(); i-- > 0;) {
          reversed.emplace_back(std::move(parts[i]), pending);
          pending = nullptr;
        }
      } else {
        reversed.emplace_back(std::string(), pending);
      }
      break;
    }
  }
  for (auto link = reversed.rbegin(); link != reversed.rend(); ++link) {
    chain.path.push_back(std::move(link->first));
    chain.calls.push_back(link->second);
  }
  return chain;
}

}  // namespace mlint::django
