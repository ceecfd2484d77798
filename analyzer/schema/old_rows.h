#pragma once

#include "analyzer/schema/catalog.h"

// What is in the rows that stood before a column was added: ColumnState::null_in_old_rows.
namespace mlint {

// ADD COLUMN gives them no value: neither the column nor its type has a default.
bool fills_with_null(const Catalog& catalog, const ColumnState& added);
// ALTER COLUMN … TYPE … USING value leaves NULL where NULL was.
bool keeps_null(const Expr& value, const std::string& column);
// A statement stored rows, or values in them.
void note_written(Catalog& catalog, const Query& query);

}  // namespace mlint
