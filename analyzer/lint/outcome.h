#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analyzer/diagnostic/report.h"
#include "analyzer/lint/gatherer.h"

namespace mlint {

// What the rules say about one migration or SQL file, by itself.
struct Outcome {
  std::vector<Draft> drafts;
  std::size_t operations = 0;
  std::vector<Unanalyzed> unanalyzed;
  std::optional<MigrationVerdict> verdict;  // of one whose findings are listed
};

// Reads only: may run beside others.
Outcome outcome_of(const MigrationView& view, const FindingContext& context);

}  // namespace mlint
