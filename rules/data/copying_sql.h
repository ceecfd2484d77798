#pragma once

#include <string>

#include "analyzer/operation/operation.h"

namespace mlint::rules {

// The name that SQL writes for the table: the schema counts where it is written.
bool means_table(const QualifiedName& written, const QualifiedName& table);
// UPDATE or INSERT … SELECT that stores the column's values elsewhere: in another column, or in another table.
bool copies_by_sql(const Operation& operation, const QualifiedName& table, const std::string& column);

}  // namespace mlint::rules
