#pragma once

#include <string>

#include "analyzer/operation/operation.h"
#include "analyzer/schema/schema.h"

// What PostgreSQL proves from valid CHECK constraints before it reads a table (ConstraintImpliedByRelConstraint).
namespace mlint::effect {

// The condition can only hold where the column is not null, in PostgreSQL's own, syntactic view of it.
bool proves_not_null(const Expr& condition, const std::string& column);
// NOT NULL of the column, or a valid CHECK that proves it. `without` is a constraint that does not count (dropped).
bool not_null_proven(const Relation& table, const std::string& column, const std::vector<std::string>& without = {});

// Every row of the table satisfies the bound: ATTACH does not read it.
bool fits_bound(const Relation& table, const PartitionKey& key, const PartitionBound& bound);
// No row of the DEFAULT partition can belong to the bound: it is not read.
bool excludes_bound(const Relation& default_partition, const PartitionKey& key, const PartitionBound& bound);
// Rows that satisfy the condition may be in a partition with this bound (constants compared, all else may be).
bool may_overlap(const Expr& condition, const PartitionKey& key, const PartitionBound& bound);
// The value given for the first key column may be in the partition.
bool may_hold(const Expr& value, const PartitionKey& key, const PartitionBound& bound);

}  // namespace mlint::effect
