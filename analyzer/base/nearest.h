#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlint {

// The candidate that was most likely meant: one edit away, else one that begins so, else the fewest edits and at most a
// third of the name's length.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string_view> candidates);

// "; did you mean `x`?" or nothing, to end a message with.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

}  // namespace mlint
