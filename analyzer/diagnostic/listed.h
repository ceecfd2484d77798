#pragma once

#include <string>
#include <vector>

namespace mlint {

// "a, b and c", at most `limit` of them: "a, b and 7 more".
std::string listed(const std::vector<std::string>& parts, std::size_t limit = 4);

}  // namespace mlint
