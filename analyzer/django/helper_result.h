#pragma once

#include <optional>

#include "analyzer/django/project_lookup.h"

// What a call of the project's own code comes to, where its body is simple enough to tell.
namespace mlint::django {

// What a helper of the project returns in this call, when it does nothing but return: conditions in it must be
// constant.
std::optional<py::Value> returned(const py::Call& call, const ReadContext& context);

// The call `super().__init__(…)` in a class's own `__init__`, with what `*args` and `**kwargs` hand on of this one.
std::optional<py::Value> arguments_for_base(const py::Call& call, const Found<py::Class>& of,
                                            const ReadContext& context);

}  // namespace mlint::django
