#pragma once

#include "parsers/sql/node.h"

// The nodes of the linked parser, read where they are in memory: the very tree that its JSON would give, for a third of
// the time. Where the fields are is known of one release (tree_layout.inc) on machines of 64 bits; any other is read
// through JSON.
namespace mlint::sql {

bool layout_is_known();

// `statements` is the parser's List of RawStmt. Unreadable: a node of a kind that is not in the table.
Tree::Status read_nodes(Tree& tree, const void* statements);

}  // namespace mlint::sql
