#pragma once

#include <string_view>
#include <vector>

#include "analyzer/operation/operation.h"
#include "analyzer/schema/schema.h"

// What the server proves from constraints instead of reading rows, and which definitions it takes for equal.
namespace mlint {

// The same tree, spelling and positions aside.
bool same_expression(const Expr& a, const Expr& b);
// CompareIndexInfo: what lets an index of a partition stand for one of its parent. Order (DESC, NULLS) does not count.
bool same_index(const CreateIndex& a, const CreateIndex& b);
// What ATTACH PARTITION needs to take over a foreign key.
bool same_foreign_key(const Constraint& a, const Constraint& b);

}  // namespace mlint
