#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mlint {

// The whole of `path` against a glob: `*` and `?` stop at '/', `**` between slashes is any number of directories,
// `[a-z]`, `[!a-z]`, `\` takes the next character as it is. Time is bounded by pattern times path.
bool glob_matches(std::string_view pattern, std::string_view path);

// As a line of .gitignore would exclude: a pattern without an inner '/' matches at any depth, and what matches a
// directory covers everything below it. `path` is relative, with '/'. Later `!pattern` lines take back.
bool glob_excludes(std::span<const std::string> patterns, std::string_view path);

}  // namespace mlint
