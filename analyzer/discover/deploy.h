#pragma once

#include <string>
#include <vector>

#include "analyzer/discover/walk.h"

namespace mlint {

struct FoundDeploy {
  Sourced<DeployModel> model;  // unknown where no file says it for certain
  std::vector<MigrateCall> calls;
};

// How the files of the deployment run `migrate`. `prefix` is the project's under the tree ("" or "backend/"); files of
// the tree's root count for every project.
FoundDeploy find_deploy(const FileSystem& files, const Tree& tree, const std::string& prefix);

}  // namespace mlint
