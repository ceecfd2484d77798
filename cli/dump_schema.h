#pragma once

#include <ostream>

#include "analyzer/schema/schema.h"

namespace mlint {

// `dump --stage=schema`: everything a schema holds, in one order for equal schemas. Keys without a value are absent.
void print_schema_json(std::ostream& out, const Schema& schema);

}  // namespace mlint
