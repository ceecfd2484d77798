#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/effect/statement.h"
#include "analyzer/lint/rule.h"

// Effects as reports print them.
namespace mlint {

std::string_view name_of(WorkKind kind);    // "index_build"
std::string_view who_waits(LockMode mode);  // "reads and writes wait"

// Fills locks, work, held, SQL and assumptions of a finding from the statements it is about, where it says nothing
// itself. `all` is the whole migration, for what runs later under the same locks.
void fill_facts(Finding& finding, std::span<const Statement* const> about, std::span<const Statement> all);

}  // namespace mlint
