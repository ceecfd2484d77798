#pragma once

#include <optional>

#include "analyzer/lint/rule.h"

namespace mlint::rules {

// A foreign key that one operation drops and makes again over the same column: what Django does when it alters one.
struct RecreatedForeignKey {
  QualifiedName table;
  QualifiedName references;
};
std::optional<RecreatedForeignKey> recreates_foreign_key(const OperationView& operation);

}  // namespace mlint::rules
