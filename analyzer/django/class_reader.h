#pragma once

#include <string>
#include <string_view>

#include "analyzer/django/project_class.h"

namespace mlint::django {

// What nobody in the project has to explain.
bool is_known_class(std::string_view dotted);

// What the class `made.dotted` makes of the known one that it extends; false: it extends none. `call`: what the
// migration writes; null: whatever it is.
bool read_project_class(ProjectClass& made, const ReadContext& context, const py::Call* call);

}  // namespace mlint::django
