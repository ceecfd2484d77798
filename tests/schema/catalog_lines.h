#pragma once

#include <string>
#include <vector>

#include "analyzer/schema/schema.h"

namespace mlint::test {

// The schema in the words of catalog.sql, sorted.
std::vector<std::string> catalog_lines(const Schema& schema);

}  // namespace mlint::test
