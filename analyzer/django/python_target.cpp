#include "analyzer/django/python_target.h"

namespace mlint::django {

const py::Function* find_python_function(const py::Module& module, std::string_view name) {
  if (const py::Function* found = module.find_function(name)) return found;
  const std::size_t dot = name.find('.');
  if (const py::Class* holder = dot == name.npos ? nullptr : module.find_class(name.substr(0, dot)))
    return holder->function(name.substr(dot + 1));
  const py::Class* migration = module.find_class("Migration");
  return migration == nullptr ? nullptr : migration->function(name);
}

PythonTarget python_target(const py::Value& code) {
  if (const auto* name = code.as<py::Name>()) return {name->dotted, 0};
  const auto* call = code.as<py::Call>();
  if (call == nullptr || call->arguments.empty() || py::dotted_name(code) != "functools.partial") return {};
  PythonTarget target = python_target(call->arguments.front());
  target.bound += call->arguments.size() - 1;
  return target;
}

}  // namespace mlint::django
