#pragma once

#include "analyzer/schema/expressions.h"
#include "analyzer/schema/schema.h"

namespace mlint {

// A view that reads a temporary relation is temporary, whatever the statement says (view.c, DefineView).
// `schema` is what finds relations: a Schema or what is behind it.
template <class Relations>
Persistence persistence_of(const CreateView& view, const Relations& schema) {
  bool temporary = view.persistence == Persistence::temporary;
  if (!view.query) return view.persistence;
  for_each_relation(*view.query, [&](const RelationRef& ref, bool) {
    const Relation* read = schema.find(ref.name);
    temporary = temporary || (read && read->persistence == Persistence::temporary);
  });
  return temporary ? Persistence::temporary : view.persistence;
}

}  // namespace mlint
