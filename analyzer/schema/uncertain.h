#pragma once

#include "analyzer/schema/catalog.h"

// What may or may not be there, and what becomes of it when a later statement makes it anew.
namespace mlint {

// Nothing of the relation is certain any more, and nothing proves anything.
void doubt(Relation& relation);

// True when a relation or index of that name can be made. One that is not sure to be there was not, where the statement
// makes it; with IF NOT EXISTS it is there afterwards, and is either of the two.
bool make_room(Catalog& catalog, const QualifiedName& name, bool if_not_exists);
// The same for ADD COLUMN.
bool make_room(const Catalog& catalog, Relation& table, const Column& column, bool if_not_exists);
// A constraint that is not sure to be there was not, where the statement adds one of its name.
void make_room(Catalog& catalog, Relation& table, const Constraint& constraint);

}  // namespace mlint
