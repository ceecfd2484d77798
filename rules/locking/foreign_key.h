#pragma once

#include <optional>
#include <vector>

#include "analyzer/lint/rule.h"

namespace mlint::rules {

// A foreign key that one operation drops and makes again over the same column to the same table: what Django does when
// it alters or renames one.
struct RecreatedForeignKey {
  QualifiedName table;
  std::string column;
  QualifiedName references;
  const Statement* dropped = nullptr;
  const Statement* added = nullptr;
};
std::vector<RecreatedForeignKey> recreated_foreign_keys(const OperationView& operation);
std::optional<RecreatedForeignKey> recreates_foreign_key(const OperationView& operation);  // the first

}  // namespace mlint::rules
