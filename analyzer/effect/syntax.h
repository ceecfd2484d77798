#pragma once

#include "analyzer/operation/operation.h"

namespace mlint::effect {

// The PostgreSQL whose syntax a statement is; 0 for 12 and older. The linked grammar reads that of 13 to 15 without a
// word: from the release notes, and checked on servers of 12 to 18.
int syntax_since(const Operation& operation);

}  // namespace mlint::effect
