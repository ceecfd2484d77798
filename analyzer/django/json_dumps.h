#pragma once

#include <optional>
#include <string>

#include "parsers/python/module.h"

namespace mlint::django {

// repr() of a float.
std::string float_repr(double value);
// json.dumps() of a constant, ASCII only as Python does by default; nothing where a part is not constant.
std::optional<std::string> json_dumps(const py::Value& value);

}  // namespace mlint::django
