#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/base/source.h"
#include "analyzer/discover/workspace.h"
#include "analyzer/django/read.h"
#include "analyzer/history/change.h"
#include "analyzer/history/scope.h"

namespace mlint::history {

struct CompareRequest {
  const Scope& scope;
  const Project& project;
  std::span<const django::Migration> migrations;  // as now
  std::span<const SourceFile> sources;            // by FileId
  django::ProjectFiles files;                     // as now
  // SQL that a version of a migration sends on the state just before it; nothing where it cannot be known. Asked only
  // for migrations whose operations differ as written.
  std::function<std::optional<std::vector<std::string>>(const django::Migration& version, bool backwards)> lower = {};
};

// What differs from the base in the project's migrations; without a base, only what git does not track.
Result<Changes> compare_with_base(const CompareRequest& request);

// In what two versions of one migration differ; empty: the database is asked the same.
std::vector<Difference> differences(const django::Migration& before, std::string_view before_source,
                                    const django::Migration& after, std::string_view after_source,
                                    const CompareRequest& request);

}  // namespace mlint::history
