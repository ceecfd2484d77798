#pragma once

#include <string>

#include "analyzer/django/migration.h"
#include "analyzer/django/model_state.h"
#include "analyzer/schema/schema.h"

namespace mlint::django {

// What operations of other packages ask the server: the same statements, not their exact text.
struct PackageSql {
  std::string sql;     // of one or several statements
  std::string reason;  // why it is not known
};

// False where `operation` is none of them.
bool is_package_operation(const ModelOperation& operation);
PackageSql package_sql(const ModelOperation& operation, const Model& model, const Schema& catalogue, bool back,
                       const Version& version);

}  // namespace mlint::django
