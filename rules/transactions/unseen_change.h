#pragma once

#include "analyzer/lint/rule.h"

namespace mlint::rules {

// Something that nobody could read ran before the statement and may have made it possible, or is about to catch its
// failure: dynamic SQL, an operation of an unknown class or one that overrides what a known one does. Of Django's
// migrations those of the same app count; of .sql, earlier statements of the file.
bool follows_unseen_change(const StatementView& view);

}  // namespace mlint::rules
