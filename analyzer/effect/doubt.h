#pragma once

#include <functional>
#include <vector>

#include "analyzer/operation/operation.h"
#include "analyzer/schema/schema.h"
#include "parsers/sql/parse.h"

namespace mlint {

bool is_unknown(const QualifiedName& name);  // a name in dynamic SQL that variables make

// The schema behind an operation that may or may not have run, at its worst: what it makes is there and is not new,
// what it removes is there still but proves nothing, and its table may have more than is known. `shape`: of dynamic
// SQL. `version`: since 18 NOT NULL is a constraint that DROP CONSTRAINT takes away.
void apply_in_doubt(Schema& schema, const Operation& operation, const std::vector<Operation>& shape, int version);

// What runs: an operation, the schema before it, and whether it surely runs.
using RunVisitor = std::function<void(const Operation&, const Schema& before, bool certain)>;

bool calls_known(const Schema& schema, const Operation& operation);
// What the bodies of the functions that it calls may leave behind, as far as they are known here.
void apply_called(Schema& schema, const Operation& operation, int version, const RunVisitor& visit);

}  // namespace mlint
