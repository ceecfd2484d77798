#include "rules/history/numbering.h"

#include <algorithm>

namespace mlint::rules {

int leading_number(const std::string& name) {
  const std::size_t end = name.find_first_not_of("0123456789");
  if (end == 0 || end == std::string::npos || end > 6) return -1;
  return std::stoi(name.substr(0, end));
}

bool numbers_are_of_tickets(const ProjectView& view, const std::string& app) {
  constexpr std::size_t several = 5;
  constexpr int gaps = 3;
  std::size_t out_of_order = 0;
  int count = 0, highest = 0;
  for (const django::Migration& migration : view.migrations) {
    if (migration.key.app != app) continue;
    const int own = leading_number(migration.key.name);
    ++count;
    highest = std::max(highest, own);
    out_of_order += std::any_of(
        migration.dependencies.begin(), migration.dependencies.end(), [&](const django::Dependency& dependency) {
          return own >= 0 && dependency.key.app == app && leading_number(dependency.key.name) > own;
        });
  }
  return out_of_order >= several && highest > gaps * count;
}

}  // namespace mlint::rules
