#pragma once

#include "analyzer/effect/derive.h"

namespace mlint::effect {

// MergeForeignKey: a partition that has the key already, and validated, is not read again.
const ConstraintState* own_foreign_key(const Target& table, const Constraint& key, const Derivation& d);

}  // namespace mlint::effect
