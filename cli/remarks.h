#pragma once

#include <string>
#include <vector>

#include "analyzer/discover/workspace.h"
#include "analyzer/lint/load.h"

namespace mlint::cli {

// What a run says about the workspace without being asked: the runners of its SQL, why PostgreSQL is assumed, which
// settings are taken at their defaults, what is there and not judged.
std::vector<std::string> remarks_on(const Workspace& workspace, const Loaded& loaded);

}  // namespace mlint::cli
