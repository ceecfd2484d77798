#include <algorithm>

#include "analyzer/effect/alter_table.h"
#include "analyzer/effect/foreign_key.h"
#include "analyzer/schema/implication.h"

// ATTACH, DETACH and CREATE TABLE … PARTITION OF: ATExecAttachPartition and DetachPartitionFinalize of tablecmds.c.
namespace mlint::effect {
namespace {

bool fits(const Target& table, const Relation* parent, const PartitionBound& bound) {
  return table.relation && parent && parent->partition_by &&
         proves_partition_bound(*table.relation, *parent->partition_by, bound);
}

void scan_default(Derivation& d, const Relation& parent, const PartitionBound& bound, Fact lock, Fact scan) {
  const auto sibling = d.default_partition(parent);
  if (!sibling) return;
  d.lock(lock, *sibling);
  for (const Target& part : d.descendants(*sibling)) d.lock(lock, part);
  if (bound.is_default || !parent.partition_by) return;
  if (excludes_partition_bound(*sibling->relation, *parent.partition_by, bound)) return;
  for (const Target& part : d.family(*sibling)) {
    if (!part.has_rows() || excludes_partition_bound(*part.relation, *parent.partition_by, bound)) continue;
    d.work(scan, part, part.name.name);
    d.effects.may_fail_on_rows = true;
  }
}

// Foreign keys of the partitioned table reach its new partition, and those that reference it too.
void take_foreign_keys(Derivation& d, const Relation& parent, const Target* attached) {
  for (const ConstraintState& constraint : parent.constraints) {
    const Constraint& key = constraint.definition;
    if (key.kind != Constraint::Kind::foreign_key) continue;
    const Target referenced = d.target(key.references);
    d.lock_family(Fact::partition_foreign_key_referenced, referenced);
    if (!attached || !key.enforced) continue;
    if (const ConstraintState* own = own_foreign_key(*attached, key, d)) {  // its own triggers go away
      d.lock_family(Fact::attach_foreign_key_merged, referenced);
      if (own->valid || !constraint.valid) continue;
    }
    d.validates(key.name);
    for (const Target& part : d.family(*attached)) {
      if (part.has_rows()) d.work(Fact::attach_foreign_key_check, part, key.name);
    }
  }
  for (const QualifiedName& above : with_partitioned(d.schema, parent)) {
    for (const auto& [table, constraint] : d.schema.referencing(above)) {
      if (!constraint->inherited) d.lock(Fact::partition_foreign_key_referencing, d.target(*table));
    }
  }
}

void lock_parent_indexes(Derivation& d, const Relation& parent) {
  for (const IndexState& index : parent.indexes) d.lock(Fact::partition_parent_index, d.target(parent, index));
}

}  // namespace

// One that has a parent already stays what it is; one that is NOT VALID is taken, and validated, since 18.
const ConstraintState* own_foreign_key(const Target& table, const Constraint& key, const Derivation& d) {
  if (!table.relation) return nullptr;
  for (const ConstraintState& own : table.relation->constraints) {
    if (own.definition.kind == Constraint::Kind::foreign_key && !own.inherited &&
        own.definition.columns == key.columns && (own.valid || d.server.version >= 18) &&
        d.schema.resolve(own.definition.references) == d.schema.resolve(key.references))
      return &own;
  }
  return nullptr;
}

void attach_partition(Derivation& d, const Target& parent, const alter::AttachPartition& action) {
  const Target partition = d.target(action.partition);
  d.absent(action.partition, false, "relation");
  d.assume_known(partition);
  d.lock_family(Fact::attach_partition, partition);
  if (!parent.relation) {
    d.assume("the partition key and the DEFAULT partition of " + quoted(parent.name) + " are not known here");
    if (partition.has_rows()) d.work(Fact::attach_partition_scan, partition, parent.name.name, true);
    d.effects.may_fail_on_rows = true;
    return;
  }
  if (parent.relation->kind == RelationKind::table && parent.relation->complete) {
    d.fail(quoted(parent.name) + " is not partitioned");
    return;
  }
  if (partition.relation && partition.relation->is_partition()) {
    d.fail(quoted(partition.name) + " is already a partition");
    return;
  }
  scan_default(d, *parent.relation, action.bound, Fact::attach_default, Fact::attach_default_scan);
  const bool hash_or_other = !fits(partition, parent.relation, action.bound);
  const bool first_default = action.bound.is_default && parent.relation->children.empty();
  if (hash_or_other && !first_default) {
    for (const Target& part : d.family(partition)) {
      if (!part.has_rows() || fits(part, parent.relation, action.bound)) continue;
      d.work(Fact::attach_partition_scan, part, parent.name.name);
      d.effects.may_fail_on_rows = true;
    }
  }
  lock_parent_indexes(d, *parent.relation);
  build_new_indexes(d, partition, Fact::attach_index_build);
  take_foreign_keys(d, *parent.relation, &partition);
}

void detach_partition(Derivation& d, const Target& parent, const alter::DetachPartition& action) {
  const Target partition = d.target(action.partition);
  d.assume_known(partition);
  if (action.concurrently && !action.finalize) {
    d.refuse(Fact::detach_concurrently_refused);
    d.effects.waits_for_all_users = true;
    if (d.server.version < 14) d.fail("DETACH PARTITION CONCURRENTLY needs PostgreSQL 14");
  }
  const bool waits = action.concurrently || action.finalize;
  d.lock(waits ? Fact::detach_concurrently_partition : Fact::detach_partition, partition);
  if (partition.partitioned()) {
    const Fact below = waits ? Fact::detach_concurrently_partition : Fact::detach_subpartition;
    for (const Target& child : d.descendants(partition)) d.lock(below, child);
  }
  if (!parent.relation) {
    d.assume("the DEFAULT partition and the foreign keys of " + quoted(parent.name) + " are not known here");
    return;
  }
  if (partition.relation && parent.relation->complete &&
      std::find(parent.relation->children.begin(), parent.relation->children.end(), partition.name) ==
          parent.relation->children.end()) {
    d.fail("relation " + quoted(partition.name) + " is not a partition of " + quoted(parent.name));
    return;
  }
  if (const auto sibling = d.default_partition(*parent.relation)) {
    if (waits && !action.finalize) {
      d.fail("cannot detach partitions concurrently when a default partition exists");
      return;
    }
    d.lock(Fact::detach_default, *sibling);
  }
  for (const ConstraintState& constraint : parent.relation->constraints) {
    if (constraint.definition.kind != Constraint::Kind::foreign_key) continue;
    const Target referenced = d.target(constraint.definition.references);
    // Until 15 a partitioned table has no triggers of the key that would be made again; 13 locks the partition for its
    // own (measured on 12.22, 13.23 and 14.23).
    if (d.server.version >= 15 || !referenced.partitioned()) d.lock_family(Fact::detach_referenced, referenced);
    if (d.server.version == 13) d.lock(Fact::detach_subpartition, partition);
  }
  for (const QualifiedName& above : with_partitioned(d.schema, *parent.relation)) {
    for (const auto& [table, constraint] : d.schema.referencing(above)) {
      if (constraint->inherited) continue;
      const Target referencing = d.target(*table);
      d.lock_family(Fact::detach_referencing, referencing);
      d.lock(Fact::detach_subpartition, partition);  // its part of the key goes
      for (const Target& part : d.family(referencing)) {
        if (part.has_rows()) d.work(Fact::detach_referencing_scan, part, constraint->definition.name);
      }
    }
  }
}

void split_or_merge(Derivation& d, const Target& parent, const std::vector<QualifiedName>& partitions) {
  (void)parent;
  if (d.server.version < 19) d.fail("SPLIT and MERGE PARTITION need PostgreSQL 19");
  for (const QualifiedName& name : partitions) {
    const Target partition = d.target(name);
    d.lock(Fact::split_partition, partition);
    rewrite(d, Fact::split_rewrite, partition, {});
  }
}

void attach_index(Derivation& d, const Target& parent, const QualifiedName& index) {
  const Target child = d.target(index, RelationKind::index);
  d.lock(Fact::attach_index_parent, parent);
  d.lock(Fact::attach_index_child, child);
  if (parent.table) d.lock(Fact::attach_index_table, d.target(*parent.table));
  if (child.table) d.lock(Fact::attach_index_table, d.target(*child.table));
}

// CREATE TABLE … PARTITION OF: the parent's side of it.
void create_partition(Derivation& d, const Target& parent, const PartitionBound& bound) {
  d.lock(Fact::create_partition_parent, parent);
  if (!parent.relation) {
    d.assume("the DEFAULT partition and the foreign keys of " + quoted(parent.name) + " are not known here");
    return;
  }
  scan_default(d, *parent.relation, bound, Fact::create_partition_default, Fact::create_partition_default_scan);
  lock_parent_indexes(d, *parent.relation);
  take_foreign_keys(d, *parent.relation, nullptr);
}

}  // namespace mlint::effect
