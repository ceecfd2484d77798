#pragma once

#include <string>
#include <vector>

#include "analyzer/django/replay.h"
#include "analyzer/history/canonical.h"

// What a migration asks of the database when it is lowered in its place of the history.
namespace mlint::history {

struct Asked {
  struct Step {
    std::string by;         // equal when the same is asked; empty: Python, whose rows are not known here
    std::string sql;        // as text
    std::size_t operation;  // index in Migration.operations
    bool known = true;      // false: `by` is how the operation is written
  };
  std::vector<Step> steps;
};

Asked asked_by(const Version& version, const django::LoweredMigration& lowered);

enum class Answer : std::uint8_t { same, differs, not_known };

struct Comparison {
  Answer answer = Answer::same;
  std::string before, after;  // the first statements that differ; empty: absent
  std::size_t operation = 0;  // of `after`; past the end: absent
  bool same_order = true;     // Python runs between the same statements
};

Comparison compare_asked(const Asked& before, const Asked& after);

}  // namespace mlint::history
