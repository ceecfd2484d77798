#include "analyzer/discover/path.h"

#include <vector>

namespace mlint::path {

std::string join(std::string_view directory, std::string_view name) {
  if (directory.empty() || directory == "." || is_absolute(name)) return std::string(name.empty() ? "." : name);
  if (name.empty()) return std::string(directory);
  std::string joined(directory);
  if (!joined.ends_with('/')) joined += '/';
  joined += name;
  return joined;
}

std::string_view parent(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return "";
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

std::string_view name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view stem(std::string_view path) {
  const std::string_view last = name(path);
  const std::size_t dot = last.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? last : last.substr(0, dot);
}

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

std::string normal(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= path.size();) {
    std::size_t slash = path.find('/', at);
    if (slash == std::string_view::npos) slash = path.size();
    const std::string_view part = path.substr(at, slash - at);
    at = slash + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !is_absolute(path)) {
      parts.push_back(part);
    }
  }
  std::string result = is_absolute(path) ? "/" : "";
  for (std::string_view part : parts) {
    if (!result.empty() && result != "/") result += '/';
    result += part;
  }
  return result.empty() ? "." : result;
}

std::optional<std::string_view> below(std::string_view path, std::string_view directory) {
  if (directory.empty() || directory == ".") return is_absolute(path) ? std::nullopt : std::optional(path);
  if (!path.starts_with(directory)) return std::nullopt;
  path.remove_prefix(directory.size());
  if (path.empty() || directory.ends_with('/')) return path;
  if (!path.starts_with('/')) return std::nullopt;
  return path.substr(1);
}

}  // namespace mlint::path
