#pragma once

#include <vector>

#include "analyzer/diagnostic/report.h"

namespace mlint::cli {

// Several runs over the same files, one for each version of PostgreSQL, as one report: what holds on some versions
// only says so.
Report merge_versions(std::vector<Report> reports, const std::vector<int>& versions);

}  // namespace mlint::cli
