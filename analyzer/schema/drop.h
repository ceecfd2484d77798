#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/schema/catalog.h"

// What goes with a table and with its columns; for apply_drop*.cpp.
namespace mlint {

// Policies and rules of other tables that read the table, or the column of it.
void drop_readers(Catalog& catalog, const QualifiedName& table, std::string_view column);
// Foreign keys of other tables (and of this one) that reference the table; with columns: that use one of them, or
// exactly these.
void drop_incoming(Catalog& catalog, const QualifiedName& table, const std::vector<std::string>* columns, bool exact);
void drop_sequence_defaults(Catalog& catalog, const QualifiedName& sequence);
void drop_owned_sequence(Catalog& catalog, const QualifiedName& table, std::string_view column);

}  // namespace mlint
