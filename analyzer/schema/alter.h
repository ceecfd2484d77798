#pragma once

#include "analyzer/schema/catalog.h"

// Pieces of ALTER TABLE; for apply_alter*.cpp and apply_partition.cpp.
namespace mlint {

void alter_index(Catalog& catalog, const IndexHome& home, const AlterTable& operation);

// Columns and checks that the parent has too.
void mark_inherited(Relation& child, const Relation& parent, bool inherited, bool partition);
// DETACH … CONCURRENTLY leaves a CHECK that repeats the bound (PostgreSQL 14).
void keep_bound_as_check(Catalog& catalog, const QualifiedName& parent_name, const QualifiedName& partition);
void leave_parent(Catalog& catalog, const QualifiedName& parent_name, const QualifiedName& child_name);

}  // namespace mlint
