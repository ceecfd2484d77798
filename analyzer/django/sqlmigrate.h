#pragma once

#include <string>

#include "analyzer/django/replay.h"

namespace mlint::django {

// What `python manage.py sqlmigrate` prints for the migration, from what it was lowered to.
std::string sqlmigrate_text(const Migration& migration, const LoweredMigration& lowered, const Version& version,
                            Direction direction);

// Operation.describe(): "Add field note to order".
std::string describe(const ModelOperation& operation, const Version& version);

}  // namespace mlint::django
