#include "analyzer/schema/fit.h"

#include <algorithm>

namespace mlint {
namespace {

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    parts.push_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

}  // namespace

int fit(const Given& argument, std::string_view parameter) {
  if (argument.type == parameter) return 3;
  if (argument.type.empty() || argument.type == "unknown" || parameter.starts_with("any")) return 1;
  const auto cast = std::find_if(argument.casts.begin(), argument.casts.end(),
                                 [&](const data::Cast& row) { return row.target == parameter; });
  return cast != argument.casts.end() && cast->context == 'i' ? 2 : 0;
}

int fit(const std::vector<Given>& arguments, std::string_view parameters, int defaults) {
  std::vector<std::string_view> wanted = split(parameters);
  const bool variadic = !wanted.empty() && wanted.back() == "...";
  if (variadic) wanted.pop_back();
  const std::size_t least = wanted.size() - std::min(wanted.size(), static_cast<std::size_t>(defaults));
  if (!variadic && (arguments.size() > wanted.size() || arguments.size() < least)) return 0;
  int worst = 3, sum = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const int f = variadic && i + 1 >= wanted.size() ? 1 : fit(arguments[i], wanted[i]);
    if (f == 0) return 0;
    worst = std::min(worst, f);
    sum += f;
  }
  return arguments.empty() ? 3 : worst * 1000 + sum;
}

}  // namespace mlint
