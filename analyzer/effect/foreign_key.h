#pragma once

#include "analyzer/schema/schema.h"

namespace mlint::effect {

// MergeForeignKey: a partition that has the key already, and validated, is not read again.
bool same_foreign_key(const ConstraintState& a, const Constraint& b, const Schema& schema);

}  // namespace mlint::effect
