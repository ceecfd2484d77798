#pragma once

#include <string>
#include <vector>

#include "analyzer/schema/schema.h"

namespace mlint {

struct Catalog;

// The relations of a FROM that are known, under their aliases.
struct Source {
  std::string alias;
  const Relation* relation;
};
using Sources = std::vector<Source>;

// The tables of FROM whose columns the query uses ungrouped, because its GROUP BY names the whole primary key: a view
// of this query depends on that constraint (check_functional_grouping, Query.constraintDeps).
std::vector<KeyUse> uses_of_keys(const Catalog& catalog, const Query& query, const Sources& from);

}  // namespace mlint
