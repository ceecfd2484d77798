#pragma once

#include <string>

#include "analyzer/lint/rule.h"

// How to do it safely, in the words of the runner: a Django migration, a .sql file of goose …
namespace mlint::rules {

// "alone in a migration with `atomic = False`", "in a file of its own with `-- +goose NO TRANSACTION`" …
std::string outside_transaction(const MigrationView& migration);
// "in a later migration", "in a later transaction".
std::string later_step(const MigrationView& migration);
bool at_least(const django::Version& version, int major, int minor);
// "from django.contrib.postgres.operations" belongs to it.
std::string concurrent_index_advice(const OperationView& operation, const CreateIndex& index, bool partitioned);

}  // namespace mlint::rules
