#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

// Paths as text with '/', so that what is not UTF-8 survives and an overlay needs no disk.
namespace mlint::path {

std::string join(std::string_view directory, std::string_view name);  // "" and "." are the working directory
std::string_view parent(std::string_view path);                       // "" of a single name
std::string_view name(std::string_view path);
std::string_view stem(std::string_view path);  // name without its last extension
bool is_absolute(std::string_view path);
// Takes out ".", "..", "//" and a trailing '/' without asking the disk.
std::string normal(std::string_view path);
// `path` below `directory`, both normal: the rest without a leading '/', "" for the directory itself.
std::optional<std::string_view> below(std::string_view path, std::string_view directory);

}  // namespace mlint::path
