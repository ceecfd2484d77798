#pragma once

#include <vector>

#include "analyzer/operation/operation.h"
#include "analyzer/schema/schema.h"

// Partitions that a statement on the partitioned table leaves out, by its constants (partprune.c).
namespace mlint::effect {

// Rows that satisfy the condition may be in a partition with this bound (constants compared, all else may be).
bool may_overlap(const Expr& condition, const PartitionKey& key, const PartitionBound& bound);
// Rows that satisfy it may be in the DEFAULT partition beside partitions with these bounds.
bool may_be_in_default(const Expr& condition, const PartitionKey& key,
                       const std::vector<const PartitionBound*>& others);
// The value given for the first key column may be in the partition.
bool may_hold(const Expr& value, const PartitionKey& key, const PartitionBound& bound);

}  // namespace mlint::effect
