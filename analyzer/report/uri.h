#pragma once

#include <string>
#include <string_view>

namespace mlint::report {

// A relative path as a URI reference: UTF-8 bytes outside the unreserved set become %XX, '/' stays; no "./" in front.
std::string percent_encoded(std::string_view path);

}  // namespace mlint::report
