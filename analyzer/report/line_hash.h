#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlint::report {

// GitHub's primaryLocationLineHash for every line (index 0: line 1): a rolling polynomial over UTF-16 units, base 37,
// modulo 2^64, of the 100 units that begin with the line, blanks and tabs left out; then ':' and how often that value
// came in the file so far. Code scanning computes the same and warns where ours differs.
std::vector<std::string> line_hashes(std::string_view text);

}  // namespace mlint::report
