#pragma once

#include "analyzer/lint/rule.h"

// UPDATE and DELETE that change every row: one hazard with two names, because only one of them loses data.
namespace mlint::rules {

void find_change_of_every_row(const StatementView& view, Reporter& reporter, Query::Kind kind);

}  // namespace mlint::rules
