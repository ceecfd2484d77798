#pragma once

#include <vector>

#include "analyzer/effect/effect.h"
#include "analyzer/schema/schema.h"

namespace mlint {

// The tables that CheckTableNotInUse is run on (measured on PostgreSQL 15), which refuses those with pending trigger
// events: those that are named and what is under them, of TRUNCATE CASCADE all, of DROP CONSTRAINT what a foreign key
// references too. RENAME, SET SCHEMA, REINDEX, triggers and DROP INDEX do not ask.
std::vector<QualifiedName> tables_checked_for_use(const Operation& operation, const Effects& effects,
                                                  const Schema& before);

}  // namespace mlint
