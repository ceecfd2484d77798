#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/operation/column.h"
#include "analyzer/operation/expression.h"
#include "analyzer/operation/relation.h"

// Views, materialized views and sequences.
namespace mlint {

struct CreateView {
  QualifiedName name;
  bool or_replace = false;
  Persistence persistence = Persistence::permanent;
  std::vector<std::string> column_names;
  std::shared_ptr<const Query> query;
  Options options;
};
struct RefreshMaterializedView {
  QualifiedName name;
  bool concurrently = false;
  bool with_data = true;
};
struct CreateSequence {
  QualifiedName name;
  bool if_not_exists = false;
  Persistence persistence = Persistence::permanent;
  Options options;
  QualifiedName owned_by_table;
  std::string owned_by_column;
};
struct AlterSequence {
  QualifiedName name;
  bool if_exists = false;
  Options options;
  bool owned_by_changes = false;
  QualifiedName owned_by_table;
  std::string owned_by_column;
};

}  // namespace mlint
