#include "analyzer/diagnostic/listed.h"

namespace mlint {

std::string listed(const std::vector<std::string>& parts, std::size_t limit) {
  std::string text;
  const std::size_t shown = parts.size() > limit ? limit : parts.size();
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  if (shown < parts.size()) text += " and " + std::to_string(parts.size() - shown) + " more";
  return text;
}

}  // namespace mlint
