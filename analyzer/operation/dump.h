#pragma once

#include <string>

#include "analyzer/operation/operation.h"

namespace mlint {

// One line about an operation for people and goldens: its kind and its SQL as mlint understood it; the actions of an
// ALTER TABLE, and what the SQL cannot show, on indented lines of their own.
std::string dump_operation(const Operation& operation);

}  // namespace mlint
