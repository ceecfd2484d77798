#include <algorithm>
#include <set>

#include "analyzer/effect/alter_table.h"
#include "analyzer/effect/restricted_path.h"

// Statements on whole tables: CREATE TABLE, TRUNCATE, LOCK, VACUUM, CLUSTER, REFRESH.
namespace mlint::effect {
namespace {

void reference(Derivation& d, const CreateTable& operation, const QualifiedName& made, const Constraint& written,
               const Column* at) {
  if (written.kind != Constraint::Kind::foreign_key) return;
  Constraint constraint = written;
  if (at) constraint.columns = {at->name};
  const Target referenced = d.target(constraint.references);
  if (referenced.name == made) return;
  if (made.schema == "pg_temp" && referenced.relation && referenced.name.schema != "pg_temp") {
    d.fail("constraints on temporary tables may reference only temporary tables");
  }
  d.absent(constraint.references, false, "relation");
  d.assume_known(referenced);
  d.lock_family(Fact::create_table_referenced, referenced);
  refuse_mismatch(d, constraint, [&](const std::string& name) {
    const auto column = std::find_if(operation.columns.begin(), operation.columns.end(),
                                     [&](const Column& one) { return one.name == name; });
    return column == operation.columns.end() ? nullptr : &column->type;
  });
}

void foreign_keys(Derivation& d, const CreateTable& operation, const QualifiedName& made) {
  for (const Constraint& constraint : operation.constraints) reference(d, operation, made, constraint, nullptr);
  for (const Column& column : operation.columns) {
    for (const Constraint& constraint : column.constraints) reference(d, operation, made, constraint, &column);
  }
}

void truncate_one(Derivation& d, const Target& table, bool restart, std::set<QualifiedName>& done) {
  if (!done.insert(table.name).second) return;
  if (table.kind == RelationKind::view || table.kind == RelationKind::materialized_view ||
      table.kind == RelationKind::sequence) {
    d.fail(quoted(table.name) + " is not a table");
  }
  d.lock(Fact::truncate, table);
  if (!table.relation) return;
  for (const IndexState& index : table.relation->indexes)
    d.lock(Fact::truncate_index, d.target(*table.relation, index));
  for (const TriggerState& trigger : table.relation->triggers) {
    if (!trigger.definition.on_truncate || trigger.enabled == 'D') continue;
    for (const FunctionState* function : d.schema.functions(trigger.definition.function))
      derive_body(d, function->definition);
  }
  if (!restart) return;
  for (const ColumnState& column : table.relation->columns) {
    if (column.owned_sequence.empty()) continue;
    d.lock(Fact::truncate_sequence,
           d.target(QualifiedName{table.name.schema, column.owned_sequence}, RelationKind::sequence));
  }
}

void truncate_referencing(Derivation& d, const Truncate& operation, std::set<QualifiedName>& done) {
  std::vector<QualifiedName> pending(done.begin(), done.end());
  while (!pending.empty()) {
    const QualifiedName name = pending.back();
    pending.pop_back();
    std::vector<QualifiedName> referenced{name};
    if (const Relation* table = d.schema.find(name)) {
      referenced = with_partitioned(d.schema, *table);  // a key of a partitioned table rests on its partitions too
    }
    for (const QualifiedName& key_table : referenced) {
      for (const auto& [table, constraint] : d.schema.referencing(key_table)) {
        if (done.count(table->name)) continue;
        if (!operation.cascade && !(table->certain && constraint->certain)) continue;
        if (!operation.cascade) {
          d.fail("cannot truncate a table referenced in a foreign key constraint: " + quoted(table->name) +
                 " references " + quoted(name));
          continue;
        }
        for (const Target& member : d.family(d.target(*table))) {
          truncate_one(d, member, operation.restart_identity, done);
          pending.push_back(member.name);
        }
      }
    }
  }
}

void lock_view_tables(Derivation& d, const Target& view, LockMode mode, const ServerFact& fact,
                      std::set<QualifiedName>& done) {
  if (!view.relation || view.kind != RelationKind::view || !done.insert(view.name).second) return;
  for (const QualifiedName& name : view.relation->reads) {
    const Target target = d.target(name);
    if (target.kind == RelationKind::materialized_view) continue;
    for (const Target& member : d.family(target)) d.lock(mode, fact, member);
    lock_view_tables(d, target, mode, fact, done);
  }
}

void vacuum_table(Derivation& d, const Vacuum& operation, const Target& table) {
  const bool only = operation.only && operation.tables.size() == 1;  // of several, which one is not told
  if (!operation.vacuum) {
    d.lock(Fact::analyze, table);
    if (table.relation)
      for (const IndexState& index : table.relation->indexes) restrict_path(d, index);
    if (only) return;
    for (const Target& child : d.descendants(table)) {
      d.lock(table.partitioned() ? Fact::analyze : Fact::analyze_child, child);
    }
    return;
  }
  const bool recurses = !only && (table.partitioned() || d.server.version >= 18);
  const auto members = recurses ? d.family(table) : std::vector<Target>{table};
  for (const Target& member : members) {
    if (operation.full) {
      d.lock(Fact::vacuum_full, member);
      rewrite(d, Fact::vacuum_full_rewrite, member, {});
      continue;
    }
    d.lock(Fact::vacuum, member);
    if (!member.relation) continue;
    for (const IndexState& index : member.relation->indexes) {
      if (member.has_rows()) d.lock(Fact::vacuum_index, d.target(*member.relation, index));
    }
  }
}

bool only_database_statistics(const Vacuum& operation) {
  return std::any_of(operation.options.begin(), operation.options.end(), [](const auto& option) {
    const auto& [name, value] = option;
    return name == "only_database_stats" && value != "false" && value != "off" && value != "0";
  });
}

// ExecVacuum says so before it looks at the transaction.
bool refuse_options(Derivation& d, const Vacuum& operation) {
  const bool columns = std::any_of(operation.columns.begin(), operation.columns.end(),
                                   [](const std::vector<std::string>& named) { return !named.empty(); });
  const bool parallel = std::any_of(operation.options.begin(), operation.options.end(), [](const auto& option) {
    return option.first == "parallel" && !option.second.empty() && option.second != "0";
  });
  if (columns && !operation.analyze) d.fail("ANALYZE option must be specified when a column list is provided");
  if (operation.full && parallel) d.fail("VACUUM FULL cannot be performed in parallel");
  return (columns && !operation.analyze) || (operation.full && parallel);
}

bool can_be_vacuumed(RelationKind kind) {
  return kind == RelationKind::table || kind == RelationKind::partitioned_table ||
         kind == RelationKind::materialized_view;
}

void cluster_table(Derivation& d, const Target& table, const std::string& index) {
  d.lock(Fact::cluster, table);
  if (!index.empty()) {
    const Target by = d.target(QualifiedName{table.name.schema, index}, RelationKind::index);
    d.lock(Fact::cluster_index, by);
    if (by.index && by.index->definition.where) d.fail("cannot cluster on partial index " + quoted(index));
  }
  rewrite(d, Fact::cluster_rewrite, table, index);
}

}  // namespace

namespace {

// What no table may be made of.
void refuse_table(Derivation& d, const CreateTable& operation) {
  if (d.server.version >= 18 && operation.partition_by && operation.persistence == Persistence::unlogged) {
    d.fail("partitioned tables cannot be unlogged");
  }
  const bool excludes = std::any_of(operation.constraints.begin(), operation.constraints.end(),
                                    [](const auto& c) { return c.kind == Constraint::Kind::exclusion; });
  if (d.server.version < 17 && operation.partition_by && excludes) {
    d.fail("exclusion constraints are not supported on partitioned tables");
  }
  for (const QualifiedName& parent : operation.inherits) {
    if (!operation.bound && d.target(parent).partitioned()) {
      d.fail("cannot inherit from partitioned table " + quoted(parent));
    }
  }
  for (const Column& column : operation.columns) {
    const auto has = [&](Constraint::Kind kind) {
      return std::find_if(column.constraints.begin(), column.constraints.end(),
                          [&](const Constraint& c) { return c.kind == kind; });
    };
    const auto generated = has(Constraint::Kind::generated);
    if (generated == column.constraints.end()) continue;
    const bool key = operation.partition_by &&
                     std::any_of(operation.partition_by->elements.begin(), operation.partition_by->elements.end(),
                                 [&](const IndexElement& e) { return e.column == column.name; });
    if (key) d.fail("cannot use generated column " + quoted(column.name) + " in partition key");
    if (generated->generated_stored) continue;
    if (has(Constraint::Kind::primary_key) != column.constraints.end()) {
      d.fail("primary keys on virtual generated columns are not supported");
    }
    if (has(Constraint::Kind::unique) != column.constraints.end()) {
      d.fail("unique constraints on virtual generated columns are not supported");
    }
  }
}

}  // namespace

void derive(Derivation& d, const CreateTable& operation) {
  // Only an object of the schema that the table goes to is in the way.
  const QualifiedName made = d.schema.new_name(operation.name, operation.persistence);
  const Target existing = d.target(made);
  if (existing.certain()) {
    if (operation.if_not_exists) return;
    d.fail("relation " + quoted(existing.name) + " already exists");
  }
  refuse_table(d, operation);
  foreign_keys(d, operation, made);
  for (const LikeClause& like : operation.like) {
    const Target source = d.target(like.source);
    d.assume_known(source);
    d.lock(Fact::create_like_source, source);
  }
  for (const QualifiedName& name : operation.inherits) {
    d.absent(name, false, "relation");
    const Target parent = d.target(name);
    d.assume_known(parent);
    if (operation.bound) {
      create_partition(d, parent, *operation.bound);
    } else {
      d.lock(Fact::create_inherits_parent, parent);
    }
  }
  if (!operation.of_type.name.empty()) {
    d.lock(Fact::create_of_type, d.target(operation.of_type, RelationKind::composite_type));
  }
}

void derive(Derivation& d, const CreateTableAs& operation) {
  const Target existing = d.target(d.schema.new_name(operation.name, operation.persistence));
  if (existing.certain()) {
    if (operation.if_not_exists) return;
    d.fail("relation " + quoted(existing.name) + " already exists");
  }
  if (operation.query) {
    d.runs = operation.with_data;
    derive_query(d, *operation.query);
    if (operation.materialized_view && operation.with_data) restrict_path(d, *operation.query);
  } else {
    d.assume("the prepared statement is not known here");
  }
}

void derive(Derivation& d, const Truncate& operation) {
  d.effects.loses_data = true;
  d.effects.reversible = false;
  std::set<QualifiedName> done;
  for (const RelationRef& ref : operation.tables) {
    if (d.absent(ref.name, false, "relation")) continue;
    const Target table = d.target(ref.name);
    d.assume_known(table);
    if (!table.known()) {
      d.assume("which tables reference " + quoted(table.name) + " is not known here");
    }
    if (ref.only && table.partitioned()) d.fail("cannot truncate only a partitioned table");
    const auto members = ref.only ? std::vector<Target>{table} : d.family(table);
    for (const Target& member : members) truncate_one(d, member, operation.restart_identity, done);
  }
  truncate_referencing(d, operation, done);
}

void derive(Derivation& d, const LockTable& operation) {
  const auto mode = static_cast<LockMode>(std::clamp<std::uint8_t>(operation.mode, 1, 8));
  const ServerFact& fact = fact_of(Fact::lock_table, d.server.version);
  std::set<QualifiedName> done;
  for (const RelationRef& ref : operation.tables) {
    if (d.absent(ref.name, false, "relation")) continue;
    const Target table = d.target(ref.name);
    d.assume_known(table);
    if (table.kind == RelationKind::materialized_view || table.kind == RelationKind::sequence || table.is_index()) {
      d.fail("cannot lock relation " + quoted(table.name));
    }
    d.lock(mode, fact, table);
    if (!ref.only) {
      for (const Target& child : d.descendants(table)) d.lock(mode, fact, child);
    }
    lock_view_tables(d, table, mode, fact, done);
  }
}

void derive(Derivation& d, const Vacuum& operation) {
  if (operation.vacuum && !refuse_options(d, operation)) d.refuse(Fact::vacuum_refused);
  if (operation.tables.empty()) {
    if (only_database_statistics(operation)) return;
    for (const Relation* relation : d.schema.relations()) {
      if (!can_be_vacuumed(relation->kind)) continue;
      vacuum_table(d, operation, d.target(*relation));
    }
    return;
  }
  for (const QualifiedName& name : operation.tables) {
    if (d.absent(name, false, "relation")) continue;
    const Target table = d.target(name);
    d.assume_known(table);
    vacuum_table(d, operation, table);
  }
}

void derive(Derivation& d, const Cluster& operation) {
  if (operation.table.name.empty()) {
    d.refuse(Fact::cluster_refused);
    for (const Relation* relation : d.schema.relations()) {
      if (!relation->clustered_on.empty()) cluster_table(d, d.target(*relation), relation->clustered_on);
    }
    return;
  }
  if (d.absent(operation.table, false, "relation")) return;
  const Target table = d.target(operation.table);
  d.assume_known(table);
  const std::string index = operation.index.empty() && table.relation ? table.relation->clustered_on : operation.index;
  if (index.empty() && table.relation && table.relation->complete) {
    d.fail("there is no previously clustered index for table " + quoted(table.name));
  }
  cluster_table(d, table, index);
  if (!table.partitioned()) return;
  d.refuse(Fact::cluster_refused);
  if (d.server.version < 15) d.fail("cannot cluster a partitioned table");
  for (const Target& part : d.descendants(table)) {
    if (part.has_rows()) d.lock(Fact::cluster, part);
    rewrite(d, Fact::cluster_rewrite, part, {});
  }
}

void derive(Derivation& d, const Repack& operation) {
  if (d.server.version < 19) d.fail("REPACK needs PostgreSQL 19");
  if (operation.concurrently) d.refuse(Fact::repack_concurrently_refused);
  if (operation.concurrently) d.effects.waits_for_all_users = true;
  const auto repack = [&](const Target& table) {
    d.lock(operation.concurrently ? Fact::repack_concurrently : Fact::repack, table);
    rewrite(d, Fact::repack_rewrite, table, {});
  };
  if (operation.table.name.empty()) {  // every table
    d.refuse(Fact::repack_many_refused);
    for (const Relation* relation : d.schema.relations()) {
      const Target table = d.target(*relation);
      if (table.has_rows()) repack(table);
    }
    return;
  }
  const Target table = d.target(operation.table);
  d.assume_known(table);
  repack(table);
  if (!table.partitioned()) return;
  d.refuse(Fact::repack_many_refused);
  for (const Target& part : d.descendants(table)) {
    if (part.has_rows()) repack(part);
  }
}

void derive(Derivation& d, const RefreshMaterializedView& operation) {
  if (d.absent(operation.name, false, "relation")) return;
  const Target view = d.target(operation.name, RelationKind::materialized_view);
  d.assume_known(view);
  d.lock(operation.concurrently ? Fact::refresh_concurrently : Fact::refresh, view);
  if (view.relation) {
    for (const IndexState& index : view.relation->indexes) {
      d.lock(operation.concurrently ? Fact::refresh_concurrently_index : Fact::refresh_index,
             d.target(*view.relation, index));
    }
    if (operation.concurrently) {
      const bool unique = std::any_of(view.relation->indexes.begin(), view.relation->indexes.end(), [](const auto& i) {
        return i.definition.unique && !i.definition.where && i.valid &&
               std::none_of(i.definition.elements.begin(), i.definition.elements.end(),
                            [](const IndexElement& e) { return e.expression.has_value(); });
      });
      if (!unique && view.relation->complete) {
        d.fail("cannot refresh materialized view " + quoted(view.name) + " concurrently without a unique index");
      }
    }
    if (operation.with_data) {
      if (view.relation->query) {
        derive_query(d, *view.relation->query);
        restrict_path(d, *view.relation->query);
      } else {
        for (const QualifiedName& name : view.relation->reads) d.lock(Fact::query_read, d.target(name));
      }
    }
  }
  if (operation.with_data && !operation.concurrently) rewrite(d, Fact::refresh_rewrite, view, {});
}

void derive(Derivation& d, const AlterAllInTablespace& operation) {
  const auto here = [&](const std::string& space) { return (space.empty() ? "pg_default" : space) == operation.from; };
  for (const Relation* relation : d.schema.relations()) {
    if (relation->persistence == Persistence::temporary) continue;
    const std::string owner = relation->owner.empty() ? "postgres" : relation->owner;
    if (!operation.owners.empty() && !contains(operation.owners, owner)) continue;
    if (operation.kind == ObjectKind::index) {
      for (const IndexState& index : relation->indexes) {
        if (here(index.definition.tablespace)) d.lock(Fact::index_tablespace, d.target(*relation, index));
      }
      continue;
    }
    const bool view = relation->kind == RelationKind::materialized_view;
    const bool table = relation->kind == RelationKind::table || relation->kind == RelationKind::partitioned_table;
    if (!(operation.kind == ObjectKind::materialized_view ? view : table) || !here(relation->tablespace)) continue;
    const Target target = d.target(*relation);
    d.lock(Fact::all_in_tablespace, target);
    if (target.has_rows()) d.work(Fact::set_tablespace_copy, target);
  }
  if (!operation.owners.empty()) d.assume("who owns a relation is not known here beyond what the context says");
}

}  // namespace mlint::effect
