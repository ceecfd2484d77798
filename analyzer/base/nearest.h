#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlint {

// The candidate that a typo most likely meant: fewest edits, and at most a third of the name's length.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace mlint
