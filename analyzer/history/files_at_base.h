#pragma once

#include <memory>

#include "analyzer/discover/workspace.h"
#include "analyzer/history/scope.h"

namespace mlint::history {

// The Python and SQL files as they were at the scope's base: what a migration of the base imported is read there too.
// Directories are listed as they are now. `now` and `scope` must outlive it.
std::unique_ptr<FileSystem> files_at_base(const FileSystem& now, const Scope& scope);

}  // namespace mlint::history
