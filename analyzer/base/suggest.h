#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mlint {

// The candidate nearest to a mistyped word, or empty when none is near enough to be meant.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

// "; did you mean `x`?" or nothing, to end a message with.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace mlint
