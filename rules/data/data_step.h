#pragma once

#include <string>
#include <vector>

#include "analyzer/lint/rule.h"

// Steps that change rows, in this migration and in those before it.
namespace mlint::rules {

// A step before this statement writes one of the columns: an UPDATE or DELETE of the table, or Python that names the
// column or cannot be read.
bool cleaned_before(const StatementView& view, const QualifiedName& table, const std::vector<std::string>& columns);

// A migration that was there before this branch has a Python step that reads the column and does not set it: what it
// held is elsewhere by now.
bool copied_earlier(const MigrationView& view, const std::string& column);

// The operation, or one nested in it, validates the constraint.
bool names_validation(const django::ModelOperation& operation, const std::string& constraint);

}  // namespace mlint::rules
