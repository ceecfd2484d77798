#pragma once

#include "analyzer/operation/expression.h"

namespace mlint {

// What a query does to the rows of its target: which triggers it fires, which rules.
struct Writes {
  bool inserts = false, updates = false, deletes = false;
};

inline Writes writes_of(const Query& query) {
  using Kind = Query::Kind;
  Writes out;
  out.inserts = query.kind == Kind::insert || (query.kind == Kind::merge && query.merge_inserts);
  out.updates = query.kind == Kind::update || (query.kind == Kind::merge && query.merge_updates) ||
                (query.kind == Kind::insert && !query.assignments.empty());
  out.deletes = query.kind == Kind::delete_ || (query.kind == Kind::merge && query.merge_deletes);
  return out;
}

}  // namespace mlint
