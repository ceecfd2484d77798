#pragma once

#include "analyzer/lint/rule.h"

// What rows were held to until now: a constraint that an older one implies finds no row that does not fit.
namespace mlint::rules {

// A valid constraint or unique index that implies `added` is there before the statement, or was there earlier in this
// migration with nothing between that writes rows: Django drops a rule and makes it again around many changes.
bool was_in_force(const MigrationView& migration, const Statement& statement, const QualifiedName& table,
                  const Constraint& added);

}  // namespace mlint::rules
