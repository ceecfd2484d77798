#pragma once

#include <string>

#include "analyzer/schema/schema.h"

namespace mlint {

// The schema as readable text, in one order for equal schemas: every relation with its columns, constraints, indexes,
// triggers and what it depends on, then types, functions and extensions.
std::string dump_schema(const Schema& schema);

}  // namespace mlint
