// Constraints and indexes: their names, their indexes, what partitions take over (indexcmds.c DefineIndex, tablecmds.c
// CloneForeignKeyConstraints, AttachPartitionEnsureIndexes).
#include <algorithm>
#include <utility>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/implication.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/uncertain.h"

namespace mlint::table {
namespace {

using Kind = Constraint::Kind;

std::vector<std::string> columns_used(const Relation& table, const Expr& expression) {
  std::vector<std::string> used = columns_of(expression);
  if (table.complete) std::erase_if(used, [&](const std::string& name) { return !table.column(name); });
  return used;
}

CreateIndex index_of(const Constraint& constraint) {
  CreateIndex index;
  index.name = constraint.name;
  index.unique = constraint.kind != Kind::exclusion;
  index.nulls_not_distinct = constraint.nulls_not_distinct;
  index.include = constraint.include;
  index.options = constraint.index_options;
  index.tablespace = constraint.tablespace;
  if (constraint.kind == Kind::exclusion) {
    index.access_method = constraint.access_method.empty() ? "btree" : constraint.access_method;
    index.where = constraint.expression;
    for (const auto& [element, op] : constraint.exclusion) index.elements.push_back(element);
  } else {
    if (constraint.without_overlaps) index.access_method = "gist";
    for (const std::string& column : constraint.columns) {
      IndexElement element;
      element.column = column;
      index.elements.push_back(std::move(element));
    }
  }
  return index;
}

std::string choose_index_name(const Catalog& catalog, const QualifiedName& table, const Constraint* constraint,
                              const std::vector<std::string>& columns) {
  if (!constraint)
    return catalog.choose_relation_name(table.name, names::join_columns(columns), "idx", table.schema, false);
  switch (constraint->kind) {
    case Kind::primary_key:
      return catalog.choose_relation_name(table.name, "", "pkey", table.schema, true);
    case Kind::exclusion:
      return catalog.choose_relation_name(table.name, names::join_columns(columns), "excl", table.schema, true);
    default:
      return catalog.choose_relation_name(table.name, names::join_columns(columns), "key", table.schema, true);
  }
}

void set_parent(Catalog& catalog, const QualifiedName& table, std::string_view index, const QualifiedName& parent) {
  Relation* relation = catalog.edit(table);
  for (std::size_t i = 0; relation && i < relation->indexes.size(); ++i) {
    if (relation->indexes[i].name.name != index) continue;
    relation->indexes.edit(i).parent = parent;
    for (std::size_t k = 0; k < relation->constraints.size(); ++k)
      if (!relation->indexes[i].constraint.empty() &&
          relation->constraints[k].definition.name == relation->indexes[i].constraint) {
        relation->constraints.edit(k).inherited = true;
        relation->constraints.edit(k).local = false;
      }
  }
}

// An index of the partition that may stand for the parent's: same columns, and a constraint when the parent has one.
const IndexState* matching_index(const Relation& partition, const IndexState& parent, bool needs_constraint) {
  for (const IndexState& index : partition.indexes)
    if (index.parent.name.empty() && same_index(index.definition, parent.definition) &&
        (!needs_constraint || !index.constraint.empty()))
      return &index;
  return nullptr;
}

void invalidate(Catalog& catalog, const QualifiedName& table, std::string_view index) {
  Relation* relation = catalog.edit(table);
  for (std::size_t i = 0; relation && i < relation->indexes.size(); ++i)
    if (relation->indexes[i].name.name == index) relation->indexes.edit(i).valid = false;
}

void index_partitions(Catalog& catalog, const QualifiedName& table, const IndexState& index,
                      const Constraint* constraint) {
  const std::vector<QualifiedName> partitions = catalog.relations.find(table)->children;
  for (const QualifiedName& name : partitions) {
    const Relation* partition = catalog.relations.find(name);
    if (!partition || partition->kind == RelationKind::foreign_table) continue;
    bool valid = true;
    if (const IndexState* existing = matching_index(*partition, index, constraint != nullptr)) {
      valid = existing->valid;
      set_parent(catalog, name, existing->name.name, index.name);
    } else {
      CreateIndex definition = index.definition;
      definition.name.clear();
      definition.if_not_exists = false;
      const std::string made = define_index(catalog, name, definition, constraint, index.name, index.attribute_names);
      const IndexState* state = catalog.relations.find(name)->index(made);
      valid = !state || state->valid;
    }
    if (!valid) invalidate(catalog, table, index.name.name);
  }
}

void use_index(Catalog& catalog, Relation& table, Constraint constraint) {
  const std::string old_name = constraint.using_index;
  if (constraint.name.empty()) constraint.name = old_name;
  constraint.using_index.clear();
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (table.indexes[i].name.name != old_name) continue;
    IndexState& index = table.indexes.edit(i);
    constraint.columns.clear();
    for (const IndexElement& element : index.definition.elements) constraint.columns.push_back(element.column);
    constraint.include = index.definition.include;
    constraint.nulls_not_distinct = index.definition.nulls_not_distinct;
    if (constraint.name != old_name) {
      catalog.indexes.erase(index.name);
      catalog.mark_dropped(index.name);
      index.name.name = index.definition.name = constraint.name;
      catalog.indexes.put({index.name, table.name});
    }
    index.constraint = constraint.name;
  }
  if (constraint.kind == Kind::primary_key)
    for (const std::string& column : constraint.columns) add_not_null(table, column, "", true);
  ConstraintState state;
  state.index = constraint.name;
  state.definition = std::move(constraint);
  catalog.add_constraint(table, std::move(state));
}

void add_child_foreign_keys(Catalog& catalog, const QualifiedName& table, const ConstraintState& parent);

void add_partition_foreign_key(Catalog& catalog, const QualifiedName& name, const ConstraintState& parent) {
  Relation* partition = catalog.edit(name);
  if (!partition) return;
  for (std::size_t i = 0; i < partition->constraints.size(); ++i)
    if (!partition->constraints[i].inherited &&
        same_foreign_key(partition->constraints[i].definition, parent.definition)) {
      partition->constraints.edit(i).inherited = true;
      partition->constraints.edit(i).local = false;
      return;
    }
  ConstraintState copy = parent;
  copy.inherited = true;
  copy.local = false;
  if (partition->constraint(copy.definition.name))
    copy.definition.name =
        catalog.choose_constraint_name(name.name, names::join_columns(copy.definition.columns), "fkey", name.schema);
  catalog.add_constraint(*partition, ConstraintState(copy));
  add_child_foreign_keys(catalog, name, copy);
}

void add_child_foreign_keys(Catalog& catalog, const QualifiedName& table, const ConstraintState& parent) {
  const Relation* relation = catalog.relations.find(table);
  if (!relation || relation->kind != RelationKind::partitioned_table) return;
  const std::vector<QualifiedName> partitions = relation->children;
  for (const QualifiedName& name : partitions) add_partition_foreign_key(catalog, name, parent);
}

void take_checks(Catalog& catalog, const Relation& parent, const QualifiedName& partition) {
  Relation* child = catalog.edit(partition);
  for (const ConstraintState& constraint : parent.constraints) {
    if (constraint.definition.kind != Kind::check || constraint.definition.no_inherit) continue;
    for (std::size_t i = 0; i < child->constraints.size(); ++i)
      if (child->constraints[i].definition.name == constraint.definition.name)
        child->constraints.edit(i).inherited = true;
  }
}

}  // namespace

void add_check(Catalog& catalog, Relation& table, const Constraint& written, bool inherited, bool is_local) {
  ConstraintState state;
  state.definition = written;
  Constraint& constraint = state.definition;
  if (constraint.expression) constraint.columns = columns_used(table, *constraint.expression);
  if (constraint.name.empty()) {
    const std::string column = constraint.columns.size() == 1 ? constraint.columns[0] : std::string();
    constraint.name = catalog.choose_constraint_name(table.name.name, column, "check", table.name.schema);
  }
  constraint.name = names::truncate(constraint.name);
  state.valid = !constraint.not_valid;
  state.inherited = inherited;
  state.local = is_local;
  for (std::size_t i = 0; i < table.constraints.size(); ++i) {
    if (table.constraints[i].definition.name != constraint.name) continue;
    if (inherited) table.constraints.edit(i).inherited = true;  // merged
    return;
  }
  const Constraint final = constraint;
  catalog.add_constraint(table, std::move(state));
  if (final.no_inherit) return;
  const std::vector<QualifiedName> children = table.children;
  for (const QualifiedName& child : children)
    if (Relation* relation = catalog.edit(child)) add_check(catalog, *relation, final, true, false);
}

void add_foreign_key(Catalog& catalog, Relation& table, const Constraint& written) {
  ConstraintState state;
  state.definition = written;
  Constraint& constraint = state.definition;
  if (const Relation* referenced = catalog.find(constraint.references)) {
    constraint.references = referenced->name;
    const ConstraintState* key = referenced->primary_key();
    if (constraint.referenced_columns.empty() && key) constraint.referenced_columns = key->definition.columns;
  } else {
    constraint.references = catalog.new_name(constraint.references);
  }
  if (constraint.name.empty())
    constraint.name = catalog.choose_constraint_name(table.name.name, names::join_columns(constraint.columns), "fkey",
                                                     table.name.schema);
  constraint.name = names::truncate(constraint.name);
  if (table.constraint(constraint.name)) return;
  state.valid = !constraint.not_valid;
  const ConstraintState copy = state;
  catalog.add_constraint(table, std::move(state));
  add_child_foreign_keys(catalog, table.name, copy);
}

void add_index_constraint(Catalog& catalog, Relation& table, const Constraint& constraint) {
  if (!constraint.using_index.empty()) return use_index(catalog, table, constraint);
  CreateIndex definition = index_of(constraint);
  definition.name = names::truncate(definition.name);
  define_index(catalog, table.name, std::move(definition), &constraint, {}, {});
}

std::string define_index(Catalog& catalog, const QualifiedName& name, CreateIndex definition,
                         const Constraint* constraint, const QualifiedName& parent_index,
                         const std::vector<std::string>& column_names) {
  Relation* table = catalog.edit(name);
  if (!table) return {};
  IndexState state;
  state.attribute_names =
      column_names.empty() ? names::index_column_names(definition.elements, definition.include) : column_names;
  if (definition.name.empty()) definition.name = choose_index_name(catalog, name, constraint, state.attribute_names);
  definition.name = names::truncate(definition.name);
  definition.table = name;
  state.name = {name.schema, definition.name};
  if (!make_room(catalog, state.name, definition.if_not_exists)) return {};
  state.parent = parent_index;
  const bool partitioned = table->kind == RelationKind::partitioned_table;
  state.only = definition.only && partitioned;
  if (state.only && !table->children.empty()) state.valid = false;
  if (constraint) state.constraint = definition.name;
  state.definition = std::move(definition);
  const IndexState copy = state;
  catalog.add_index(*table, std::move(state));
  if (constraint) {
    ConstraintState made;
    made.definition = *constraint;
    made.definition.name = made.index = copy.name.name;
    made.inherited = !parent_index.name.empty();
    made.local = !made.inherited;
    if (constraint->kind == Kind::primary_key)
      for (const std::string& column : constraint->columns) add_not_null(*table, column, "", true);
    catalog.add_constraint(*table, std::move(made));
  }
  if (partitioned && !copy.only) index_partitions(catalog, name, copy, constraint);
  return copy.name.name;
}

void clone_from_parent(Catalog& catalog, const QualifiedName& parent_name, const QualifiedName& partition,
                       bool attaching) {
  const Relation* found = catalog.relations.find(parent_name);
  if (!found || !catalog.relations.contains(partition)) return;
  const Relation parent = *found;
  if (attaching) take_checks(catalog, parent, partition);
  for (const IndexState& index : parent.indexes) {
    if (catalog.relations.find(partition)->kind == RelationKind::foreign_table) break;
    const ConstraintState* owner = index.constraint.empty() ? nullptr : parent.constraint(index.constraint);
    const IndexState* existing = matching_index(*catalog.relations.find(partition), index, owner != nullptr);
    if (attaching && existing) {
      set_parent(catalog, partition, existing->name.name, index.name);
      continue;
    }
    CreateIndex definition = index.definition;
    definition.name.clear();
    definition.only = definition.if_not_exists = definition.concurrently = false;
    define_index(catalog, partition, definition, owner ? &owner->definition : nullptr, index.name,
                 index.attribute_names);
  }
  for (const ConstraintState& constraint : parent.constraints)
    if (constraint.definition.kind == Kind::foreign_key) add_partition_foreign_key(catalog, partition, constraint);
  Relation& child = *catalog.edit(partition);
  for (const TriggerState& trigger : parent.triggers) {
    if (!trigger.definition.row || child.trigger(trigger.definition.name)) continue;
    TriggerState copy = trigger;
    copy.definition.table = partition;
    copy.inherited = true;
    catalog.use(copy.definition.function, partition);
    child.triggers.push_back(std::move(copy));
  }
}

}  // namespace mlint::table

namespace mlint {

void apply(Catalog& catalog, const CreateIndex& operation) {
  if (!operation.name.empty()) {
    // An index stands in its table's schema.
    const Relation* known = catalog.find(operation.table);
    const std::string schema = known ? known->name.schema : catalog.new_name(operation.table).schema;
    if (!make_room(catalog, {schema, names::truncate(operation.name)}, operation.if_not_exists)) return;
  }
  Relation* table = catalog.alterable(operation.table, RelationKind::table, false);
  if (!table) return;
  table::define_index(catalog, table->name, operation, nullptr, {}, {});
}

}  // namespace mlint
