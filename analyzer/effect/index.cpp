#include <algorithm>

#include "analyzer/effect/alter_table.h"
#include "analyzer/effect/restricted_path.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/volatility.h"

// CREATE INDEX and REINDEX: indexcmds.c.
namespace mlint::effect {
namespace {

bool is_temporary(const Target& table) { return table.name.schema == "pg_temp"; }

void refuse_virtual_columns(Derivation& d, const CreateIndex& operation, const Target& table) {
  std::vector<std::string> columns = operation.include;
  const auto add = [&](const Expr& expression) {
    for (std::string& column : columns_of(expression)) columns.push_back(std::move(column));
  };
  for (const IndexElement& element : operation.elements) {
    if (element.expression) {
      add(*element.expression);
    } else {
      columns.push_back(element.column);
    }
  }
  if (operation.where) add(*operation.where);
  refuse_virtual(d, table, columns, "indexes");
}

void refuse_wrong_index(Derivation& d, const CreateIndex& operation, const Target& table) {
  if (table.kind == RelationKind::view || table.kind == RelationKind::sequence ||
      table.kind == RelationKind::foreign_table) {
    d.fail("cannot create index on relation " + quoted(table.name));
  }
  if (!table.relation) return;
  for (const IndexElement& element : operation.elements) {
    if (element.column.empty() || table.relation->column(element.column) || !table.relation->complete) continue;
    d.fail("column " + quoted(element.column) + " does not exist");
  }
  refuse_virtual_columns(d, operation, table);
  run_index(d, operation);
  const auto is_refused = [&](const Expr& expression) {
    return is_surely_mutable(expression, d.schema, table.relation, d.server.version);
  };
  if (operation.where) {
    restrict_path(d, *operation.where);
    if (is_refused(*operation.where)) d.fail("functions in index predicate must be marked IMMUTABLE");
  }
  for (const IndexElement& element : operation.elements) {
    if (!element.expression) continue;
    restrict_path(d, *element.expression);
    if (is_refused(*element.expression)) d.fail("functions in index expression must be marked IMMUTABLE");
  }
  if (!operation.unique) return;
  for (const Target& member : operation.only ? std::vector<Target>{table} : d.family(table)) {
    if (!member.relation || !member.relation->partition_by) continue;
    for (const IndexElement& key : member.relation->partition_by->elements) {
      const bool covered =
          std::any_of(operation.elements.begin(), operation.elements.end(),
                      [&](const IndexElement& e) { return !key.column.empty() && e.column == key.column; });
      if (!covered) d.fail("unique constraint on partitioned table must include all partitioning columns");
    }
  }
}

bool name_taken(Derivation& d, const std::string& schema, const std::string& name) {
  if (name.empty()) return false;
  return d.target(QualifiedName{schema, name}).certain();
}

void build(Derivation& d, const CreateIndex& operation, const Target& table) {
  const Fact work =
      operation.concurrently && !is_temporary(table) ? Fact::create_index_concurrently_build : Fact::create_index_build;
  if (table.partitioned()) {
    if (!operation.only) build_new_indexes(d, table, work);
    return;
  }
  std::string name = operation.name;
  if (name.empty()) {
    build_new_indexes(d, table, work);
    if (!d.effects.builds_indexes.empty()) return;
  }
  d.builds(name);
  d.work(work, table, name);
}

// REINDEX CONCURRENTLY leaves the indexes of exclusion constraints out, with a warning.
bool excludes(const Relation& table, const IndexState& index) {
  const ConstraintState* constraint = table.constraint(index.constraint);
  return constraint &&
         (constraint->definition.kind == Constraint::Kind::exclusion || constraint->definition.without_overlaps);
}

void lock_indexes(Derivation& d, Fact fact, Fact work, const Target& table) {
  if (!table.relation) {
    d.work(work, table, {}, true);
    return;
  }
  for (const IndexState& index : table.relation->indexes) {
    if (fact == Fact::reindex_concurrently_index && excludes(*table.relation, index)) continue;
    const Target target = d.target(*table.relation, index);
    d.lock(fact, target);
    if (!table.has_rows()) continue;
    restrict_path(d, index);
    d.work(work, table, index.name.name);
    d.builds(index.name.name);
  }
}

void reindex_table(Derivation& d, const Reindex& operation, const Target& table) {
  const bool concurrently = operation.concurrently && !is_temporary(table);
  if (table.partitioned()) {
    d.refuse(Fact::reindex_partitioned_refused);
    if (d.server.version < 14) {  // skipped with a warning
      d.lock(concurrently ? Fact::reindex_concurrently_table : Fact::reindex_table, table);
      return;
    }
    d.lock(concurrently ? Fact::reindex_concurrently_table : Fact::reindex_table, table);
    for (const Target& part : d.descendants(table)) {
      d.lock(concurrently ? Fact::reindex_concurrently_partition : Fact::reindex_table, part);
      lock_indexes(d, concurrently ? Fact::reindex_concurrently_index : Fact::reindex_index, Fact::reindex_rebuild,
                   part);
    }
    return;
  }
  d.lock(concurrently ? Fact::reindex_concurrently_table : Fact::reindex_table, table);
  lock_indexes(d, concurrently ? Fact::reindex_concurrently_index : Fact::reindex_index, Fact::reindex_rebuild, table);
}

void reindex_index(Derivation& d, const Reindex& operation) {
  if (d.absent(operation.name, false, "index")) return;
  const Target index = d.target(operation.name, RelationKind::index);
  const bool concurrently = operation.concurrently && !(index.table && is_temporary(d.target(*index.table)));
  const Fact on_index = concurrently ? Fact::reindex_concurrently_index : Fact::reindex_index;
  const Fact on_table = concurrently ? Fact::reindex_concurrently_table : Fact::reindex_table;
  d.lock(on_index, index);
  if (!index.table) {
    d.assume("the table of index " + quoted(index.name) + " is not known here, it is locked and read");
    return;
  }
  const Target table = d.target(*index.table);
  d.lock(on_table, table);
  restrict_path(d, *index.index);
  if (index.kind != RelationKind::partitioned_index) {
    d.work(Fact::reindex_rebuild, table, index.name.name);
    d.builds(index.name.name);
    return;
  }
  d.refuse(Fact::reindex_partitioned_refused);
  for (const Target& part : d.descendants(table)) {
    if (!part.relation) continue;
    for (const IndexState& child : part.relation->indexes) {
      if (child.parent.name.empty() || !part.has_rows()) continue;
      // Down any number of levels: the parent's parent is this index or a partition of it.
      QualifiedName above = child.parent;
      for (int depth = 0; depth < 32 && above.name != index.name.name; ++depth) {
        const Target up = d.target(QualifiedName{above.schema.empty() ? table.name.schema : above.schema, above.name},
                                   RelationKind::index);
        if (!up.index || up.index->parent.name.empty()) break;
        above = up.index->parent;
      }
      if (above.name != index.name.name) continue;
      d.lock(on_table, part);
      d.lock(on_index, d.target(*part.relation, child));
      d.work(Fact::reindex_rebuild, part, child.name.name);
      d.builds(child.name.name);
    }
  }
}

}  // namespace

void derive(Derivation& d, const CreateIndex& operation) {
  d.absent(operation.table, false, "relation");
  const Target table = d.target(operation.table);
  d.assume_known(table);
  if (operation.concurrently) {
    d.refuse(Fact::create_index_concurrently_refused);
    d.effects.waits_for_writers = true;
    d.effects.waits_for_older_snapshots = true;
    if (table.partitioned()) d.fail("cannot create index on partitioned table " + quoted(table.name) + " concurrently");
  }
  // On a temporary table it is refused like any other, and then built the plain way.
  const bool concurrently = operation.concurrently && !is_temporary(table);
  const Fact fact = concurrently ? Fact::create_index_concurrently : Fact::create_index;
  d.lock(fact, table);
  if (table.partitioned() && !operation.only) {
    for (const Target& part : d.descendants(table)) d.lock(fact, part);
  }
  refuse_wrong_index(d, operation, table);
  if (name_taken(d, table.name.schema, operation.name)) {
    if (operation.if_not_exists) return;
    d.fail("relation " + quoted(operation.name) + " already exists");
  }
  if (operation.unique) d.effects.may_fail_on_rows = true;
  build(d, operation, table);
}

void derive(Derivation& d, const Reindex& operation) {
  if (operation.concurrently) {
    d.refuse(Fact::reindex_concurrently_refused);
    d.effects.waits_for_all_users = true;
    d.effects.waits_for_older_snapshots = true;
  }
  switch (operation.target) {
    case Reindex::Target::index:
      return reindex_index(d, operation);
    case Reindex::Target::table: {
      if (d.absent(operation.name, false, "relation")) return;
      const Target table = d.target(operation.name);
      d.assume_known(table);
      return reindex_table(d, operation, table);
    }
    default:
      break;
  }
  d.refuse(Fact::reindex_many_refused);
  for (const Relation* relation : d.schema.relations()) {
    if (operation.target == Reindex::Target::system) break;
    if (operation.target == Reindex::Target::schema && relation->name.schema != operation.name.name) continue;
    const Target table = d.target(*relation);
    if (table.has_rows()) reindex_table(d, operation, table);
  }
}

}  // namespace mlint::effect
