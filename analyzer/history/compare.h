#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/base/source.h"
#include "analyzer/discover/workspace.h"
#include "analyzer/django/graph.h"
#include "analyzer/django/read.h"
#include "analyzer/django/replay.h"
#include "analyzer/history/change.h"
#include "analyzer/history/scope.h"

namespace mlint::history {

struct CompareRequest {
  const Scope& scope;
  const Project& project;
  std::span<const django::Migration> migrations;  // as now
  std::span<const SourceFile> sources;            // by FileId
  django::ProjectFiles files;                     // as at the base
  // Of the project as now, to lower what differs as written; null: as written is what counts.
  const django::Graph* graph = nullptr;
  django::ReplayOptions replay = {};
  std::map<std::string, std::string> relabelled = {};                 // label at the base -> label now
  std::map<django::MigrationKey, django::MigrationKey> renamed = {};  // at the base -> now: told by itself
};

// What differs from the base in the project's migrations; without a base, only what git does not track.
Result<Changes> compare_with_base(const CompareRequest& request);

// In what two versions of one migration differ as written; empty: the database is asked the same. `same_statements`:
// lowering showed that what they ask is the same, however it is written.
std::vector<Difference> differences(const django::Migration& before, std::string_view before_source,
                                    const django::Migration& after, std::string_view after_source,
                                    const CompareRequest& request, bool same_statements = false);

}  // namespace mlint::history
