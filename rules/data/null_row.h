#pragma once

#include "analyzer/lint/rule.h"

// What is true of the rows that a table had before this migration added columns to it.
namespace mlint::rules {

// No such row can break the constraint: the columns that decide were added by this migration and are NULL in every row.
// (What Python writes is the caller's to know.)
bool holds_for_old_rows(const Constraint& constraint, const Relation& table, Unit unit);

}  // namespace mlint::rules
