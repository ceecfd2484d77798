#pragma once

#include <string>
#include <vector>

#include "analyzer/discover/workspace.h"

namespace mlint::cli {

// What a run says about the workspace without being asked: the runners of its SQL, why PostgreSQL is assumed, what is
// there and not judged.
std::vector<std::string> remarks_on(const Workspace& workspace);

}  // namespace mlint::cli
