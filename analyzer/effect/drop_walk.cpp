#include "analyzer/effect/drop_walk.h"

#include <algorithm>

#include "analyzer/schema/expressions.h"
#include "analyzer/schema/reader.h"

// What goes with a relation, a column, a key or an index.
namespace mlint::effect {
namespace {

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

}  // namespace

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

bool mentions_relation(const Expr& expression, const QualifiedName& name) {
  bool found = false;
  for_each_node(expression, [&](const Expr& node) {
    const bool call =
        node.kind == Expr::Kind::call && (node.name == "nextval" || node.name == "currval" || node.name == "setval");
    const bool cast = node.kind == Expr::Kind::cast && node.type.name.name == "regclass";
    if ((!call && !cast) || node.arguments.empty()) return;
    const Expr* argument = &node.arguments[0];
    while (argument->kind == Expr::Kind::cast && argument->arguments.size() == 1) argument = &argument->arguments[0];
    if (argument->kind != Expr::Kind::constant) return;
    found = found || argument->name == name.name || argument->name == name.schema + "." + name.name;
  });
  return found;
}

bool DropWalk::dependent(const std::string& what, bool certain) {
  if (cascade_) return true;
  if (!certain) return false;
  d_.fail("cannot drop it because " + what + " depends on it");
  return false;
}

bool DropWalk::referenced_by(const Relation& other, const ConstraintState& key) {
  const bool certain = other.certain && key.certain;
  const std::string what = "constraint " + quoted(key.definition.name) + " on " + quoted(other.name);
  if (!certain && cascade_) d_.assume("whether " + what + " is still there is not known here");
  return dependent(what, certain);
}

void DropWalk::views(const Relation& table, std::string_view column) {
  for (const Relation* view : d_.schema.views_on(table.name)) {
    if (!column.empty()) {
      const bool reads = std::any_of(view->reads_columns.begin(), view->reads_columns.end(), [&](const ColumnRef& r) {
        return r.relation == table.name && (r.column.empty() || r.column == column);
      });
      if (!reads) continue;
    }
    if (listed_.count(view->name) || dependent(quoted(view->name), view->certain)) relation(d_.target(*view));
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
    if (!referenced_by(*other, *constraint)) continue;
    d_.lock_family(Fact::drop_referencing, d_.target(*other));
  }
}

void DropWalk::referencing_through(const Relation& table, const std::string& index) {
  for (const auto& [other, constraint] : d_.schema.referencing(table.name)) {
    if (listed_.count(other->name) || constraint->inherited) continue;
    const IndexState* behind = index_behind(table, constraint->definition);
    if (!behind || behind->name.name != index) continue;
    if (!referenced_by(*other, *constraint)) continue;
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
  }
  // Foreign keys to what it is a part of rest on every partition, and go as a whole.
  for (const QualifiedName& above : with_partitioned(d_.schema, table)) {
    if (visited_.count(above)) continue;
    for (const auto& [other, constraint] : d_.schema.referencing(above)) {
      if (constraint->inherited || listed_.count(other->name)) continue;
      if (!referenced_by(*other, *constraint)) continue;
      d_.lock_family(Fact::drop_referencing, d_.target(*other));
      referenced_family(d_.target(above), true);
    }
  }
}

// Constraint triggers of other tables that were made FROM this one go silently.
void DropWalk::triggers_from(const Relation& table) {
  for (const Relation* other : d_.schema.tables_with_triggers_from(table.name)) {
    d_.lock(Fact::drop_trigger, d_.target(*other));
  }
}

// Policies and rules of other tables that read this one.
void DropWalk::policies_and_rules(const Relation& table, std::string_view column) {
  const auto it = [&](const QualifiedName& name) { return d_.schema.resolve(name) == table.name; };
  for (const Relation* other : d_.schema.relations_with_policies_or_rules()) {
    if (other->name == table.name || visited_.count(other->name) || listed_.count(other->name)) continue;
    for (const PolicyState& policy : other->policies) {
      if (!reads(policy, it, column)) continue;
      if (dependent("policy " + quoted(policy.name) + " on " + quoted(other->name), other->certain))
        d_.lock(Fact::drop_policy, d_.target(*other));
    }
    for (const RuleState& rule : other->rules) {
      const std::string what = "rule " + quoted(rule.name) + " on " + quoted(other->name);
      if (reads(rule, it, column) && dependent(what, other->certain)) d_.lock(Fact::drop_rule, d_.target(*other));
    }
  }
}

// The sequence of a serial or identity column, and the defaults elsewhere that draw from it.
void DropWalk::owned_sequences(const Relation& table, const ColumnState& column, bool whole_table) {
  for (const Relation* sequence : d_.schema.sequences_of(table.name, column.name)) {
    owned_sequence(table, column, sequence->name, whole_table);
  }
  const QualifiedName serial{table.name.schema, column.owned_sequence};
  if (!column.owned_sequence.empty() && !d_.schema.find(serial)) owned_sequence(table, column, serial, whole_table);
}

void DropWalk::owned_sequence(const Relation& table, const ColumnState& column, const QualifiedName& sequence,
                              bool whole_table) {
  d_.lock(Fact::drop_sequence, d_.target(sequence, RelationKind::sequence));
  const auto draws = [&](const Relation& other) {
    return std::any_of(other.columns.begin(), other.columns.end(),
                       [&](const ColumnState& user) { return uses_sequence(user, sequence); });
  };
  for (const Relation* other : d_.schema.relations_where(draws)) {
    const bool same = other->name == table.name;
    if ((same && whole_table) || (!same && (visited_.count(other->name) || listed_.count(other->name)))) continue;
    for (const ColumnState& user : other->columns) {
      if ((same && user.name == column.name) || user.inherited || !uses_sequence(user, sequence)) continue;
      if (dependent("the default of " + quoted(user.name) + " of " + quoted(other->name),
                    other->certain && user.certain))
        d_.lock(Fact::drop_default_user, d_.target(*other));
    }
  }
}

// Until 15 the triggers of a key are on the tables that have rows, and only those are locked with them.
void DropWalk::referenced_family(const Target& table, bool itself) {
  for (const Target& member : d_.family(table)) {
    if (d_.server.version < 15 && member.partitioned() && !(itself && member.name == table.name)) continue;
    d_.lock(Fact::drop_referenced, member);
  }
}

void DropWalk::foreign_key(const Target& table, const ConstraintState& constraint, bool itself) {
  if (!constraint.certain || (table.relation && !table.relation->certain))
    d_.assume("whether constraint " + quoted(constraint.definition.name) + " of " + quoted(table.name) +
              " is still there is not known here");
  referenced_family(d_.target(constraint.definition.references), itself);
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
    owned_sequences(*table, column, true);
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
    if (child->is_partition() || listed_.count(child->name) || dependent(quoted(child->name), child->certain)) {
      relation(d_.target(*child));
    }
  }
  referencing(*table, {});
  triggers_from(*table);
  views(*table, {});
  policies_and_rules(*table, {});
  row_type(*table);
}

// Columns of the table's row type.
void DropWalk::row_type(const Relation& table) {
  for (const Relation* user : d_.schema.tables_using_type(table.name)) {
    if (user->name == table.name || visited_.count(user->name) || listed_.count(user->name)) continue;
    if (!dependent("a column of " + quoted(user->name), user->certain)) continue;
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
    if (listed_.count(view->name) || dependent(quoted(view->name), view->certain)) relation(d_.target(*view));
  }
}

void DropWalk::column(const Target& table, std::string_view name) {
  if (!table.relation) {
    d_.assume("whether " + quoted(name) +
              " is part of a foreign key is not known here, the other table would be locked too");
    return;
  }
  const Relation& relation_state = *table.relation;
  for (const IndexState& index : relation_state.indexes) {
    if (uses_column(index.definition, name)) d_.lock(Fact::drop_index, d_.target(relation_state, index));
  }
  for (const ConstraintState& constraint : relation_state.constraints) {
    if (!contains(constraint.definition.columns, name)) continue;
    if (constraint.definition.kind == Constraint::Kind::foreign_key) foreign_key(table, constraint);
  }
  referencing(relation_state, {std::string(name)});
  views(relation_state, name);
  policies_and_rules(relation_state, name);
  for (const ColumnState& other : relation_state.columns) {
    if (other.name == name) owned_sequences(relation_state, other, false);
    if (other.name == name || !other.generated || !mentions_column(*other.generated, name)) continue;
    // Before 15 a generated column went silently with what it reads.
    if (gone_.count(other.name)) continue;
    if (d_.server.version < 15 || dependent("generated column " + quoted(other.name), other.certain))
      column(table, other.name);
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

void drop_column(Derivation& d, const std::vector<Target>& tables, std::string_view column, bool cascade,
                 const std::vector<std::string>& gone) {
  DropWalk walk(d, cascade);
  for (const std::string& name : gone) walk.without(name);
  for (const Target& table : tables) walk.column(table, column);
}

void drop_foreign_key(Derivation& d, const Target& table, const ConstraintState& constraint) {
  DropWalk(d, false).foreign_key(table, constraint, true);
}

void drop_constraint_index(Derivation& d, const Target& table, const ConstraintState& constraint, bool cascade) {
  DropWalk(d, cascade).key(table, constraint);
}

}  // namespace mlint::effect
