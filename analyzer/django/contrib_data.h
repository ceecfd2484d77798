#pragma once

#include <string_view>

namespace mlint::django {

// Python text: a list of (app, model, fields, options).
std::string_view contrib_models();
// Of other packages, only keys.
std::string_view package_models();

}  // namespace mlint::django
