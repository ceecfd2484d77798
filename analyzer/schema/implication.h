#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/operation/operation.h"
#include "analyzer/schema/schema.h"

// What the server proves from constraints instead of reading rows, and which definitions it takes for equal.
namespace mlint {

// The same tree, spelling and positions aside.
bool same_expression(const Expr& a, const Expr& b);
// CompareIndexInfo: what lets an index of a partition stand for one of its parent. Order (DESC, NULLS) does not count.
bool same_index(const CreateIndex& a, const CreateIndex& b);
// What ATTACH PARTITION needs to take over a foreign key.
bool same_foreign_key(const Constraint& a, const Constraint& b);

// NotNullImpliedByRelConstraints: a valid CHECK whose truth or unknown outcome still says `column IS NOT NULL` (c > 0
// does not, NULL passes it), or the column is not null already. SET NOT NULL then reads no rows (PostgreSQL 12).
// `without`: constraints that the statement drops; `dropped`: it drops the NOT NULL that there may be.
bool proves_not_null(const Relation& table, std::string_view column, const Schema& schema,
                     const std::vector<std::string>& without = {}, bool dropped = false);

// The valid constraints that are enforced let no row pass that breaks the CHECK. The server itself does not ask.
bool proves_check(const Relation& table, const Expr& check);

// Where `narrow` is true `wide` is true: the rows of one predicate are among those of the other.
bool selects_within(const Expr& narrow, const Expr& wide);

// ATTACH PARTITION reads no rows of the new partition: its constraints imply the bound.
bool proves_partition_bound(const Relation& partition, const PartitionKey& key, const PartitionBound& bound);
// A new partition reads no rows of the DEFAULT partition: its constraints exclude the bound.
bool excludes_partition_bound(const Relation& default_partition, const PartitionKey& key, const PartitionBound& bound);

}  // namespace mlint
