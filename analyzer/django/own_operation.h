#pragma once

#include "analyzer/django/project_lookup.h"

namespace mlint::django {

// The method is `pass`, with or without a docstring.
bool does_nothing(const py::Function& method, const Found<py::Class>& of, const ReadContext& context);

// An operation of the project that extends Django's Operation itself and leaves the state alone: what its
// database_forwards() does is then that of a RunPython. One that hands the schema editor on stays unknown.
void read_own_operation(ModelOperation& operation, const Found<py::Class>& of, const ReadContext& context);

}  // namespace mlint::django
