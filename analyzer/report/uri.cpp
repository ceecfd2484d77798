#include "analyzer/report/uri.h"

namespace mlint::report {

std::string percent_encoded(std::string_view path) {
  static constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  static constexpr std::string_view hex = "0123456789ABCDEF";
  while (path.starts_with("./")) path.remove_prefix(2);
  std::string uri;
  for (const char c : path) {
    if (plain.find(c) != std::string_view::npos) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += hex[byte >> 4];
    uri += hex[byte & 0xF];
  }
  return uri;
}

}  // namespace mlint::report
