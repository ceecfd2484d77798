#pragma once

#include "analyzer/operation/expression.h"
#include "analyzer/schema/schema.h"

namespace mlint {

// GROUP BY the columns of a primary key lets the query name the table's other columns as they are; a view of such a
// query depends on the key's constraint (check_functional_grouping).
bool groups_by_key(const Query& query, const Relation& table);

}  // namespace mlint
