#pragma once

#include <cstddef>
#include <string_view>

#include "parsers/python/module.h"

namespace mlint::django {

// The function that a RunPython names: of the module, or one that stands in the body of its Migration.
const py::Function* find_python_function(const py::Module& module, std::string_view name);

// What a RunPython names: a function, or one that functools.partial calls with `bound` arguments before its own. The
// name is dotted; empty: what another call gives, nobody can say.
struct PythonTarget {
  std::string_view name;
  std::size_t bound = 0;
};
PythonTarget python_target(const py::Value& code);

}  // namespace mlint::django
