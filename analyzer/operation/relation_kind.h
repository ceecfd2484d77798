#pragma once

#include <string_view>

#include "analyzer/operation/operation.h"

namespace mlint {

std::string_view name_of(RelationKind kind);  // "partitioned table"

}  // namespace mlint
