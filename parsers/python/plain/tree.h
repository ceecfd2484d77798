#pragma once

#include <optional>
#include <string_view>

#include "parsers/python/tree.h"

// Most of a run's time would be tree-sitter's, and nearly all files are written in a small part of Python: that part is
// read here, some ten times faster, into the very tree that tree-sitter gives. Whatever is outside of it, each error
// included, is left to tree-sitter, which alone defines what a tree is.
namespace mlint::py {

std::optional<Tree> read_plain_tree(std::string_view source, const TreeOptions& options);

}  // namespace mlint::py
