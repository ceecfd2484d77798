#include <algorithm>
#include <set>
#include <string_view>

#include "analyzer/effect/derive.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/type_data.h"
#include "analyzer/schema/types.h"

// DROP and what goes away with an object: dependency.c as far as relations are concerned.
namespace mlint::effect {
namespace {

// One walk over what depends on what; each relation is visited once.
class DropWalk {
 public:
  DropWalk(Derivation& derivation, bool cascades) : d_(derivation), cascade_(cascades) {}

  void also(const QualifiedName& name) { listed_.insert(name); }
  void relation(const Target& target);
  void column(const Target& table, std::string_view name);
  void key(const Target& table, const ConstraintState& constraint);
  void foreign_key(const Target& table, const ConstraintState& constraint);
  void index(const Target& index);

 private:
  void views(const Relation& table, std::string_view column);
  void views_resting_on_key(const Relation& table);
  void referencing(const Relation& table, const std::vector<std::string>& columns);
  void referencing_through(const Relation& table, const std::string& index);
  void partition_relatives(const Relation& table);
  void row_type(const Relation& table);
  void policies_and_rules(const Relation& table, std::string_view column);
  void owned_sequence(const Relation& table, const ColumnState& column, bool whole_table);
  // Without CASCADE an object that still depends on it stops the statement.
  bool dependent(const std::string& what);

  Derivation& d_;
  bool cascade_;
  std::set<QualifiedName> visited_, listed_;
};

bool DropWalk::dependent(const std::string& what) {
  if (cascade_) return true;
  d_.fail("cannot drop it because " + what + " depends on it");
  return false;
}

Fact drop_fact(RelationKind kind) {
  switch (kind) {
    case RelationKind::view:
      return Fact::drop_view;
    case RelationKind::materialized_view:
      return Fact::drop_materialized_view;
    case RelationKind::sequence:
      return Fact::drop_sequence;
    case RelationKind::index:
    case RelationKind::partitioned_index:
      return Fact::drop_index;
    case RelationKind::composite_type:
      return Fact::drop_composite;
    default:
      return Fact::drop_table;
  }
}

void DropWalk::views(const Relation& table, std::string_view column) {
  for (const Relation* view : d_.schema.views_on(table.name)) {
    if (!column.empty()) {
      const bool reads = std::any_of(view->reads_columns.begin(), view->reads_columns.end(), [&](const ColumnRef& r) {
        return r.relation == table.name && (r.column.empty() || r.column == column);
      });
      if (!reads) continue;
    }
    if (listed_.count(view->name) || dependent(quoted(view->name))) relation(d_.target(*view));
  }
}

void DropWalk::referencing(const Relation& table, const std::vector<std::string>& columns) {
  for (const auto& [other, constraint] : d_.schema.referencing(table.name)) {
    if (other->name == table.name || listed_.count(other->name) || constraint->inherited) continue;
    if (!columns.empty()) {
      std::vector<std::string> used = constraint->definition.referenced_columns;
      if (used.empty() && table.primary_key()) used = table.primary_key()->definition.columns;
      const bool uses =
          std::any_of(used.begin(), used.end(), [&](const std::string& c) { return contains(columns, c); });
      if (!uses) continue;
    }
    if (!dependent("constraint " + quoted(constraint->definition.name) + " on " + quoted(other->name))) continue;
    d_.lock_family(Fact::drop_referencing, d_.target(*other));
  }
}

// The index that a foreign key to the table rests on: the first one that fits (transformFkeyCheckAttrs).
const IndexState* index_behind(const Relation& table, const Constraint& key) {
  for (const IndexState& index : table.indexes) {
    const CreateIndex& definition = index.definition;
    if (key.referenced_columns.empty()) {
      if (table.primary_key() && table.primary_key()->index == index.name.name) return &index;
      continue;
    }
    const ConstraintState* constraint = index.constraint.empty() ? nullptr : table.constraint(index.constraint);
    if (!definition.unique || definition.where || (constraint && constraint->definition.deferrable)) continue;
    const bool fits = definition.elements.size() == key.referenced_columns.size() &&
                      std::all_of(definition.elements.begin(), definition.elements.end(), [&](const IndexElement& e) {
                        return !e.expression && contains(key.referenced_columns, e.column);
                      });
    if (fits) return &index;
  }
  return nullptr;
}

void DropWalk::referencing_through(const Relation& table, const std::string& index) {
  for (const auto& [other, constraint] : d_.schema.referencing(table.name)) {
    if (listed_.count(other->name) || constraint->inherited) continue;
    const IndexState* behind = index_behind(table, constraint->definition);
    if (!behind || behind->name.name != index) continue;
    if (!dependent("constraint " + quoted(constraint->definition.name) + " on " + quoted(other->name))) continue;
    d_.lock_family(Fact::drop_referencing, d_.target(*other));
  }
}

void DropWalk::partition_relatives(const Relation& table) {
  if (!table.is_partition()) return;
  for (const QualifiedName& name : table.parents) {
    const Relation* parent = d_.schema.find(name);
    if (!parent || visited_.count(parent->name)) continue;
    d_.lock(Fact::drop_partition_parent, d_.target(*parent));
    const auto sibling = d_.default_partition(*parent);
    if (sibling && sibling->name != table.name) d_.lock(Fact::drop_partition_default, *sibling);
    // Foreign keys to the parent rest on every partition.
    for (const auto& [other, constraint] : d_.schema.referencing(parent->name)) {
      if (constraint->inherited || listed_.count(other->name)) continue;
      if (dependent("constraint " + quoted(constraint->definition.name) + " on " + quoted(other->name))) {
        d_.lock_family(Fact::drop_referencing, d_.target(*other));
      }
    }
  }
}

bool reads(const Query& query, const QualifiedName& table, std::string_view column, const Schema& schema) {
  bool found = false;
  for_each_relation(query, [&](const RelationRef& ref, bool) { found = found || schema.resolve(ref.name) == table; });
  if (!found || column.empty()) return found;
  found = false;
  for_each_expression(query, [&](const Expr& e) {
    found = found || (e.kind == Expr::Kind::column && (e.name == column || e.name == "*"));
  });
  return found;
}

bool reads(const std::optional<Expr>& expression, const QualifiedName& table, std::string_view column,
           const Schema& schema) {
  bool found = false;
  if (!expression) return false;
  for_each_node(*expression,
                [&](const Expr& e) { found = found || (e.query && reads(*e.query, table, column, schema)); });
  return found;
}

// Policies and rules of other tables that read this one.
void DropWalk::policies_and_rules(const Relation& table, std::string_view column) {
  for (const Relation* other : d_.schema.relations()) {
    if (other->name == table.name || visited_.count(other->name) || listed_.count(other->name)) continue;
    for (const PolicyState& policy : other->policies) {
      if (!reads(policy.using_, table.name, column, d_.schema) && !reads(policy.check, table.name, column, d_.schema))
        continue;
      if (dependent("policy " + quoted(policy.name) + " on " + quoted(other->name)))
        d_.lock(Fact::drop_policy, d_.target(*other));
    }
    for (const RuleState& rule : other->rules) {
      const bool uses = std::any_of(rule.actions.begin(), rule.actions.end(), [&](const auto& action) {
        return action && reads(*action, table.name, column, d_.schema);
      });
      if (uses && dependent("rule " + quoted(rule.name) + " on " + quoted(other->name)))
        d_.lock(Fact::drop_rule, d_.target(*other));
    }
  }
}

bool calls(const Expr& expression, std::string_view function) {
  bool found = false;
  for_each_node(expression, [&](const Expr& node) {
    if (node.kind == Expr::Kind::call && node.name == function) found = true;
  });
  return found;
}

bool uses_sequence(const ColumnState& column, const QualifiedName& sequence) {
  if (!column.default_) return false;
  bool found = false;
  for_each_node(*column.default_, [&](const Expr& node) {
    if (node.kind != Expr::Kind::constant) return;
    if (node.name == sequence.name || node.name == sequence.schema + "." + sequence.name) found = true;
  });
  return found && calls(*column.default_, "nextval");
}

// The sequence of a serial or identity column, and the defaults elsewhere that draw from it.
void DropWalk::owned_sequence(const Relation& table, const ColumnState& column, bool whole_table) {
  if (column.owned_sequence.empty()) return;
  const QualifiedName sequence{table.name.schema, column.owned_sequence};
  d_.lock(Fact::drop_sequence, d_.target(sequence, RelationKind::sequence));
  for (const Relation* other : d_.schema.relations()) {
    const bool same = other->name == table.name;
    if ((same && whole_table) || (!same && (visited_.count(other->name) || listed_.count(other->name)))) continue;
    for (const ColumnState& user : other->columns) {
      if ((same && user.name == column.name) || user.inherited || !uses_sequence(user, sequence)) continue;
      if (dependent("the default of " + quoted(user.name) + " of " + quoted(other->name)))
        d_.lock(Fact::drop_default_user, d_.target(*other));
    }
  }
}

void DropWalk::foreign_key(const Target& table, const ConstraintState& constraint) {
  d_.lock_family(Fact::drop_referenced, d_.target(constraint.definition.references));
  if (!table.partitioned()) return;
  for (const Target& child : d_.descendants(table)) d_.lock(Fact::drop_constraint_child, child);
}

void DropWalk::relation(const Target& target) {
  if (!visited_.insert(target.name).second) return;
  d_.lock(drop_fact(target.kind), target);
  const Relation* table = target.relation;
  if (!table) return;
  if (target.has_rows() && target.kind == RelationKind::table) d_.effects.loses_data = true;
  for (const IndexState& index : table->indexes) d_.lock(Fact::drop_index, d_.target(*table, index));
  for (const ColumnState& column : table->columns) {
    owned_sequence(*table, column, true);
  }
  for (const ConstraintState& constraint : table->constraints) {
    if (constraint.definition.kind == Constraint::Kind::foreign_key && !constraint.inherited) {
      foreign_key(target, constraint);
    }
  }
  partition_relatives(*table);
  for (const QualifiedName& name : table->children) {
    const Relation* child = d_.schema.find(name);
    if (!child) continue;
    if (child->is_partition() || listed_.count(child->name) || dependent(quoted(child->name))) {
      relation(d_.target(*child));
    }
  }
  referencing(*table, {});
  views(*table, {});
  policies_and_rules(*table, {});
  row_type(*table);
}

// Columns of the table's row type.
void DropWalk::row_type(const Relation& table) {
  for (const Relation* user : d_.schema.tables_using_type(table.name)) {
    if (user->name == table.name || visited_.count(user->name) || listed_.count(user->name)) continue;
    if (!dependent("a column of " + quoted(user->name))) continue;
    const Target target = d_.target(*user);
    if (user->query) {
      relation(target);
      continue;
    }
    d_.lock(Fact::drop_type_user, target);
    for (const ColumnState& used : user->columns) {
      if (used.type.name == table.name) column(target, used.name);
    }
  }
}

void DropWalk::key(const Target& table, const ConstraintState& constraint) {
  const QualifiedName name{table.name.schema, constraint.index};
  if (!constraint.index.empty()) d_.lock(Fact::drop_index, d_.target(name, RelationKind::index));
  if (table.partitioned()) {
    for (const Target& child : d_.descendants(table)) d_.lock(Fact::drop_constraint_child, child);
  }
  if (!table.relation) return;
  referencing_through(*table.relation, constraint.index);
  if (constraint.definition.kind == Constraint::Kind::primary_key) views_resting_on_key(*table.relation);
}

void DropWalk::views_resting_on_key(const Relation& table) {
  for (const Relation* view : d_.schema.views_on(table.name)) {
    const KeyUse* use = view->use_of_key(table.name);
    if (!use || (!use->certain && !cascade_)) continue;
    if (listed_.count(view->name) || dependent(quoted(view->name))) relation(d_.target(*view));
  }
}

bool touches(const IndexState& index, std::string_view column) {
  const CreateIndex& definition = index.definition;
  return contains(definition.include, column) || (definition.where && mentions_column(*definition.where, column)) ||
         std::any_of(definition.elements.begin(), definition.elements.end(), [&](const IndexElement& e) {
           return e.expression ? mentions_column(*e.expression, column) : e.column == column;
         });
}

void DropWalk::column(const Target& table, std::string_view name) {
  if (!table.relation) {
    d_.assume("whether " + quoted(name) +
              " is part of a foreign key is not known here, the other table would be locked too");
    return;
  }
  const Relation& relation_state = *table.relation;
  for (const IndexState& index : relation_state.indexes) {
    if (touches(index, name)) d_.lock(Fact::drop_index, d_.target(relation_state, index));
  }
  for (const ConstraintState& constraint : relation_state.constraints) {
    if (!contains(constraint.definition.columns, name)) continue;
    if (constraint.definition.kind == Constraint::Kind::foreign_key) foreign_key(table, constraint);
    const bool is_key = constraint.definition.kind == Constraint::Kind::primary_key ||
                        constraint.definition.kind == Constraint::Kind::unique;
    if (is_key) referencing(relation_state, constraint.definition.columns);
  }
  views(relation_state, name);
  policies_and_rules(relation_state, name);
  for (const ColumnState& other : relation_state.columns) {
    if (other.name == name) owned_sequence(relation_state, other, false);
    // Before 15 a generated column went silently with what it reads.
    if (d_.server.version >= 15 && other.name != name && other.generated && mentions_column(*other.generated, name)) {
      dependent("generated column " + quoted(other.name));
    }
  }
}

void DropWalk::index(const Target& index) {
  d_.lock(Fact::drop_index, index);
  if (!index.table) {
    d_.assume("the table of index " + quoted(index.name) + " is not known here, it is locked ACCESS EXCLUSIVE");
    return;
  }
  const Target table = d_.target(*index.table);
  d_.lock(Fact::drop_index_table, table);
  if (index.kind == RelationKind::partitioned_index) {
    for (const Target& child : d_.descendants(table)) {
      d_.lock(Fact::drop_index_table, child);
      if (!child.relation) continue;
      for (const IndexState& part : child.relation->indexes) {
        if (part.parent.name == index.name.name) d_.lock(Fact::drop_index, d_.target(*child.relation, part));
      }
    }
  }
  referencing_through(*index.table, index.name.name);
  if (!index.index->constraint.empty()) {
    d_.fail("cannot drop index " + quoted(index.name) + " because constraint " + quoted(index.index->constraint) +
            " requires it");
  }
  if (!index.index->parent.name.empty()) {
    d_.fail("cannot drop index " + quoted(index.name) + " because index " + quoted(index.index->parent) +
            " requires it");
  }
}

// --- the statement, by kind of object

void drop_indexes(Derivation& d, const Drop& operation) {
  if (operation.concurrently) {
    d.refuse(Fact::drop_index_concurrently_refused);
    d.effects.waits_for_all_users = true;
    if (operation.names.size() > 1) d.fail("DROP INDEX CONCURRENTLY does not support dropping multiple objects");
    if (operation.cascade) d.fail("DROP INDEX CONCURRENTLY does not support CASCADE");
  }
  for (const QualifiedName& name : operation.names) {
    if (d.absent(name, operation.if_exists, "index")) continue;
    const Target index = d.target(name, RelationKind::index);
    const bool temporary = index.table && index.table->persistence == Persistence::temporary;
    if (!operation.concurrently || temporary) {
      DropWalk(d, operation.cascade).index(index);
      continue;
    }
    d.lock(Fact::drop_index_concurrently, index);
    if (!index.table) {
      d.assume("the table of index " + quoted(index.name) + " is not known here");
      continue;
    }
    d.lock(Fact::drop_index_concurrently_table, d.target(*index.table));
    if (index.kind == RelationKind::partitioned_index) {
      d.fail("cannot drop partitioned index " + quoted(index.name) + " concurrently");
    }
    if (!index.index->constraint.empty()) {
      d.fail("cannot drop index " + quoted(index.name) + " because a constraint requires it");
    }
  }
}

RelationKind relation_kind(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::view:
      return RelationKind::view;
    case ObjectKind::materialized_view:
      return RelationKind::materialized_view;
    case ObjectKind::sequence:
      return RelationKind::sequence;
    case ObjectKind::foreign_table:
      return RelationKind::foreign_table;
    default:
      return RelationKind::table;
  }
}

bool kind_fits(RelationKind wanted, RelationKind actual) {
  return wanted == actual || (wanted == RelationKind::table && actual == RelationKind::partitioned_table);
}

void sequence_users(Derivation& d, const QualifiedName& sequence, bool cascade) {
  for (const Relation* table : d.schema.relations()) {
    for (const ColumnState& column : table->columns) {
      const bool owned = column.owned_sequence == sequence.name && table->name.schema == sequence.schema;
      if (!uses_sequence(column, sequence) && !(owned && column.default_)) continue;
      if (!cascade) d.fail("cannot drop sequence " + quoted(sequence) + " because a default depends on it");
      d.lock(Fact::drop_default_user, d.target(*table));
    }
  }
}

void drop_relations(Derivation& d, const Drop& operation) {
  const RelationKind wanted = relation_kind(operation.kind);
  DropWalk walk(d, operation.cascade);
  for (const QualifiedName& name : operation.names) walk.also(d.target(name, wanted).name);
  for (const QualifiedName& name : operation.names) {
    if (d.absent(name, operation.if_exists, operation.kind == ObjectKind::table ? "table" : "relation")) continue;
    const Target target = d.target(name, wanted);
    if (target.known() && !kind_fits(wanted, target.kind)) {
      d.fail(quoted(target.name) + " is not of that kind");
      continue;
    }
    d.assume_known(target);
    if (!target.known() && operation.kind == ObjectKind::table) {
      d.assume("the foreign keys of " + quoted(target.name) +
               " are not known here, the tables they reference are locked too");
      d.effects.loses_data = true;
    }
    if (target.kind == RelationKind::table || target.kind == RelationKind::partitioned_table) {
      d.effects.reversible = false;
      d.effects.loses_data = true;
    }
    walk.relation(target);
    if (target.kind == RelationKind::sequence) sequence_users(d, target.name, operation.cascade);
  }
}

void drop_type(Derivation& d, const Drop& operation, const QualifiedName& name) {
  const TypeState* type = d.schema.find_type(name);
  const QualifiedName full = type ? type->name : d.schema.resolve(name);
  if (type && type->kind == TypeState::Kind::composite) {
    d.lock(Fact::drop_composite, {full, RelationKind::composite_type, nullptr, nullptr, nullptr});
  }
  DropWalk walk(d, operation.cascade);
  for (const Relation* table : d.schema.tables_using_type(full)) {
    if (!operation.cascade) {
      d.fail("cannot drop type " + quoted(full) + " because a column of " + quoted(table->name) + " depends on it");
    }
    const Target target = d.target(*table);
    d.lock(Fact::drop_type_user, target);
    d.effects.loses_data = true;
    d.effects.reversible = false;
    for (const ColumnState& column : table->columns) {
      if (d.schema.resolve(column.type.name) == full || column.type.name == full) walk.column(target, column.name);
    }
  }
  for (const Relation* table : d.schema.relations()) {
    if (table->of_type.name.empty() || d.schema.resolve(table->of_type) != full) continue;
    if (!operation.cascade)
      d.fail("cannot drop type " + quoted(full) + " because " + quoted(table->name) + " depends on it");
    walk.relation(d.target(*table));
  }
}

void drop_function(Derivation& d, const Drop& operation, const QualifiedName& name) {
  const auto used = [&](const Target& table, const std::string& what) {
    if (!operation.cascade) d.fail("cannot drop function " + quoted(name) + " because " + what + " depends on it");
    if (operation.cascade) d.lock(Fact::drop_function_user, table);
  };
  for (const Relation* table : d.schema.relations()) {
    const Target target = d.target(*table);
    for (const TriggerState& trigger : table->triggers) {
      if (trigger.definition.function.name == name.name) used(target, "trigger " + quoted(trigger.definition.name));
    }
    for (const ColumnState& column : table->columns) {
      if (column.default_ && calls(*column.default_, name.name)) used(target, "a default");
      if (column.generated && calls(*column.generated, name.name)) used(target, "a generated column");
    }
    for (const PolicyState& policy : table->policies) {
      if ((policy.using_ && calls(*policy.using_, name.name)) || (policy.check && calls(*policy.check, name.name)))
        used(target, "policy " + quoted(policy.name));
    }
    bool viewed = false;
    if (table->query) {
      for_each_expression(*table->query, [&](const Expr& e) {
        viewed = viewed || (e.kind == Expr::Kind::call && e.name == name.name);
      });
    }
    if (viewed && operation.cascade) DropWalk(d, true).relation(target);
    if (viewed) used(target, quoted(table->name));
    for (const ConstraintState& constraint : table->constraints) {
      if (constraint.definition.expression && calls(*constraint.definition.expression, name.name)) {
        used(target, "constraint " + quoted(constraint.definition.name));
      }
    }
    for (const IndexState& index : table->indexes) {
      const bool calls_it =
          std::any_of(index.definition.elements.begin(), index.definition.elements.end(),
                      [&](const IndexElement& e) { return e.expression && calls(*e.expression, name.name); });
      if (calls_it || (index.definition.where && calls(*index.definition.where, name.name))) {
        used(target, "index " + quoted(index.name));
        if (operation.cascade) d.lock(Fact::drop_index, d.target(*table, index));
      }
    }
  }
}

bool index_needs(const Relation& table, const IndexState& index, std::string_view extension) {
  for (const IndexElement& element : index.definition.elements) {
    std::string type;
    if (const ColumnState* column = table.column(element.column)) type = column->type.name.name;
    for (const data::OperatorClass& row : data::operator_classes()) {
      if (row.extension != extension || row.method != index.definition.access_method) continue;
      if (!element.opclass.name.empty() ? row.name == element.opclass.name : row.is_default && row.type == type) {
        return true;
      }
    }
  }
  return false;
}

void drop_extension(Derivation& d, const Drop& operation, const std::string& name) {
  const auto used = [&](const Target& table, const std::string& what) {
    if (operation.cascade) {
      d.lock(Fact::drop_extension_user, table);
    } else {
      d.fail("cannot drop extension " + quoted(name) + " because " + what + " depends on it");
    }
  };
  DropWalk walk(d, operation.cascade);
  for (const Relation* table : d.schema.relations()) {
    const Target target = d.target(*table);
    for (const ColumnState& column : table->columns) {
      const data::Type* type = data::find_type(column.type.name.name);
      const TypeState* state = d.schema.find_type(column.type.name);
      if ((type && type->extension == name) || (state && state->extension == name)) {
        used(target, "column " + quoted(column.name) + " of " + quoted(table->name));
        if (operation.cascade) {
          d.effects.loses_data = true;
          d.effects.reversible = false;
          walk.column(target, column.name);
        }
      }
      if (!column.default_) continue;
      for (const QualifiedName& function : functions_of(*column.default_)) {
        for (const data::Function& row : data::find_functions(function.name)) {
          if (row.extension == name) used(target, "a default");
        }
      }
    }
    for (const IndexState& index : table->indexes) {
      if (!index_needs(*table, index, name)) continue;
      used(target, "index " + quoted(index.name));
      if (operation.cascade) d.lock(Fact::drop_index, d.target(*table, index));
    }
  }
}

// Foreign tables go with their server; with a wrapper's extension all that may be behind it.
void drop_foreign_tables(Derivation& d, const Drop& operation, const std::string& server, const std::string& what) {
  DropWalk walk(d, operation.cascade);
  for (const Relation* table : d.schema.relations()) {
    if (table->kind != RelationKind::foreign_table || (!server.empty() && table->foreign_server != server)) continue;
    if (operation.cascade) {
      walk.relation(d.target(*table));
    } else {
      d.fail("cannot drop " + what + " because foreign table " + quoted(table->name) + " depends on it");
    }
  }
}

void drop_schema(Derivation& d, const Drop& operation, const std::string& name) {
  DropWalk walk(d, true);
  for (const Relation* relation : d.schema.relations()) {
    if (relation->name.schema != name) continue;
    if (!operation.cascade) {
      d.fail("cannot drop schema " + quoted(name) + " because " + quoted(relation->name) + " is in it");
      continue;
    }
    const bool table = relation->kind == RelationKind::table || relation->kind == RelationKind::partitioned_table;
    if (table) d.effects.loses_data = true, d.effects.reversible = false;
    walk.relation(d.target(*relation));
  }
  if (operation.cascade) {
    for (const TypeState* type : d.schema.types()) {
      if (type->name.schema == name) drop_type(d, operation, type->name);
    }
    if (!d.schema.has_schema(name)) {
      d.assume("what schema " + quoted(name) + " holds is not known here");
      d.effects.loses_data = true;
      d.effects.reversible = false;
    }
  }
}

// Triggers, rules and policies stand on one table.
void drop_member(Derivation& d, const Drop& operation) {
  for (std::size_t i = 0; i < operation.names.size(); ++i) {
    if (d.absent(operation.names[i], operation.if_exists, "relation")) continue;
    const Target table = d.target(operation.names[i]);
    const std::string member = i < operation.members.size() ? operation.members[i] : std::string();
    bool exists = true;
    if (table.relation && table.relation->complete) {
      const Relation& r = *table.relation;
      exists = operation.kind == ObjectKind::trigger ? r.trigger(member) != nullptr
               : operation.kind == ObjectKind::rule
                   ? std::any_of(r.rules.begin(), r.rules.end(), [&](const auto& x) { return x.name == member; })
                   : std::any_of(r.policies.begin(), r.policies.end(), [&](const auto& x) { return x.name == member; });
    } else if (!table.relation && operation.if_exists) {
      d.assume_known(table);
    }
    if (!exists) {
      d.lock(Fact::drop_member_absent, table);
      if (!operation.if_exists) d.fail(quoted(member) + " for " + quoted(table.name) + " does not exist");
      continue;
    }
    const Fact fact = operation.kind == ObjectKind::trigger ? Fact::drop_trigger
                      : operation.kind == ObjectKind::rule  ? Fact::drop_rule
                                                            : Fact::drop_policy;
    d.lock(fact, table);
    if (operation.kind != ObjectKind::trigger || !table.partitioned()) continue;
    const TriggerState* trigger = table.relation->trigger(member);
    if (trigger && !trigger->definition.row) continue;
    for (const Target& child : d.descendants(table)) d.lock(Fact::drop_trigger_partition, child);
  }
}

void drop_statistics(Derivation& d, const Drop& operation) {
  for (const QualifiedName& name : operation.names) {
    const QualifiedName full = d.schema.resolve(name);
    bool found = false;
    for (const Relation* table : d.schema.relations()) {
      if (!contains(table->statistics, full.name)) continue;
      d.lock(Fact::drop_statistics, d.target(*table));
      found = true;
    }
    if (!found && !operation.if_exists) d.assume("the table of statistics " + quoted(name) + " is not known here");
  }
}

}  // namespace

void drop_column(Derivation& d, const Target& table, std::string_view column, bool cascade) {
  DropWalk walk(d, cascade);
  for (const Target& member : d.family(table)) walk.column(member, column);
}

void drop_foreign_key(Derivation& d, const Target& table, const ConstraintState& constraint) {
  DropWalk(d, false).foreign_key(table, constraint);
}

void drop_constraint_index(Derivation& d, const Target& table, const ConstraintState& constraint, bool cascade) {
  DropWalk(d, cascade).key(table, constraint);
}

namespace {

void drop_subscriptions(Derivation& d, const Drop& operation) {
  for (const QualifiedName& name : operation.names) {
    const SubscriptionState* known = d.schema.find_subscription(name.name);
    if (!known || known->has_slot) d.refuse(Fact::drop_subscription_refused);
  }
}

}  // namespace

void derive(Derivation& d, const Drop& operation) {
  switch (operation.kind) {
    case ObjectKind::index:
      return drop_indexes(d, operation);
    case ObjectKind::table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
    case ObjectKind::sequence:
      return drop_relations(d, operation);
    case ObjectKind::trigger:
    case ObjectKind::rule:
    case ObjectKind::policy:
      return drop_member(d, operation);
    case ObjectKind::statistics:
      return drop_statistics(d, operation);
    case ObjectKind::subscription:
      return drop_subscriptions(d, operation);
    case ObjectKind::database:
      return d.refuse(Fact::drop_database_refused);
    case ObjectKind::tablespace:
      return d.refuse(Fact::drop_tablespace_refused);
    default:
      break;
  }
  for (const QualifiedName& name : operation.names) {
    if (operation.kind == ObjectKind::type || operation.kind == ObjectKind::domain) drop_type(d, operation, name);
    if (operation.kind == ObjectKind::schema) drop_schema(d, operation, name.name);
    if (operation.kind == ObjectKind::extension) {
      drop_extension(d, operation, name.name);
      if (name.name.ends_with("_fdw")) drop_foreign_tables(d, operation, {}, "extension " + quoted(name.name));
    }
    if (operation.kind == ObjectKind::server) {
      drop_foreign_tables(d, operation, name.name, "server " + quoted(name.name));
    }
    if (operation.kind == ObjectKind::function || operation.kind == ObjectKind::procedure ||
        operation.kind == ObjectKind::routine) {
      drop_function(d, operation, name);
    }
  }
}

void derive(Derivation& d, const DropOwned& operation) {
  DropWalk walk(d, operation.cascade);
  for (const Relation* relation : d.schema.relations()) {
    if (contains(operation.roles, relation->owner)) walk.also(relation->name);
  }
  for (const Relation* relation : d.schema.relations()) {
    if (!contains(operation.roles, relation->owner)) continue;
    d.effects.loses_data = true;
    d.effects.reversible = false;
    walk.relation(d.target(*relation));
  }
  d.assume("what the role owns is not known here beyond what the context says");
}

}  // namespace mlint::effect
