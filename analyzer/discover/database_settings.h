#pragma once

#include "analyzer/discover/workspace.h"
#include "parsers/python/module.h"

namespace mlint {

// DATABASES["default"]: its engine, or why it is not known, and the timeouts in its options. Null: not set.
void read_databases(const py::Value* databases, DjangoSettings& settings);

}  // namespace mlint
