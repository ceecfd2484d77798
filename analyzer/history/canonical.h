#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/migration.h"

// A migration's parts as text that is equal when the database is asked the same: formatting, comments, the spelling of
// literals and arguments without SQL are gone.
namespace mlint::history {

// A version of a migration and the text it was read from.
struct Version {
  const django::Migration& migration;
  std::string_view source;
};

std::string canonical(const py::Value& value, std::string_view source);

// One model operation, without what only Python sees; empty: it asks the database for nothing.
std::string canonical(const django::ModelOperation& operation, const Version& version);
// The way back of RunSQL and RunPython: "" for others, which is given by the operation itself.
std::string canonical_reverse(const django::ModelOperation& operation, const Version& version);

// The statements of a function of the module and of the functions and constants of the module that it uses; "" when
// `value` names none.
std::string canonical_code(const py::Value* value, const Version& version);

}  // namespace mlint::history
