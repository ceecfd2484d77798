#pragma once

#include <string>
#include <string_view>

namespace mlint::report {

// For attributes and text of XML 1.0; characters it forbids are made visible.
std::string xml_escaped(std::string_view text);

}  // namespace mlint::report
