#include "analyzer/effect/alter_table.h"

#include <algorithm>

#include "analyzer/base/overloaded.h"
#include "analyzer/effect/restricted_path.h"

namespace mlint::effect {
namespace {

// Views take little; materialized views no constraints and no columns (ATSimplePermissions).
bool fits_kind(const alter::Action& action, RelationKind kind) {
  using namespace alter;
  const auto is = [&]<class... Ts>() { return (std::holds_alternative<Ts>(action) || ...); };
  if (kind == RelationKind::view) {
    return is.operator()<SetDefault, DropDefault, alter::SetOwner, SetOptions, DropIdentity, Other>();
  }
  if (kind == RelationKind::materialized_view) {
    return is.operator()<SetStatistics, SetColumnOptions, SetStorage, SetCompression, alter::SetOwner, ClusterOn,
                         SetWithoutCluster, SetTablespace, SetAccessMethod, SetOptions, ReplicaIdentity, Other>();
  }
  if (kind == RelationKind::partitioned_table) {
    if (const auto* options = std::get_if<SetOptions>(&action)) return options->options.empty() || options->reset;
    return !is.operator()<ClusterOn, SetWithoutCluster>();
  }
  if (kind == RelationKind::foreign_table) {
    return !is.operator()<SetCompression, ClusterOn, SetWithoutCluster, SetLogged, SetTablespace, SetAccessMethod,
                          SetOptions, ReplicaIdentity, RowSecurity, OfType, NotOf, AttachPartition, DetachPartition>();
  }
  return true;
}

void set_owner(Alteration& a, const alter::SetOwner& action) {
  if (!a.target.relation || (!a.target.relation->owner.empty() && a.target.relation->owner == action.role)) return;
  // Tables belong to the superuser that ran the context unless it says otherwise.
  if (a.target.relation->owner.empty() && (action.role == "postgres" || action.role == "current_user")) return;
  for (const IndexState& index : a.target.relation->indexes) {
    a.d.lock(Fact::set_owner_index, a.d.target(*a.target.relation, index));
  }
}

void set_logged(Alteration& a, const alter::SetLogged& action) {
  if (a.target.relation) {
    const Persistence now = a.target.relation->persistence;
    if (now == Persistence::temporary) {
      a.d.fail("cannot change logged status of table " + quoted(a.target.name) + " because it is temporary");
      return;
    }
    if ((now == Persistence::permanent) == action.logged) return;
    if (a.target.kind == RelationKind::sequence) return;
    for (const ConstraintState& constraint : a.target.relation->constraints) {
      if (constraint.definition.kind != Constraint::Kind::foreign_key) continue;
      const Target other = a.d.target(constraint.definition.references);
      if (!action.logged || !other.relation || other.name == a.target.name) continue;
      if (other.relation->persistence == Persistence::unlogged) {
        a.d.fail("table " + quoted(a.target.name) + " references unlogged table " + quoted(other.name));
      }
    }
    if (!action.logged) {
      for (const auto& [table, constraint] : a.d.schema.referencing(a.target.name)) {
        if (table->name != a.target.name && table->persistence == Persistence::permanent) {
          a.d.fail("logged table " + quoted(table->name) + " references " + quoted(a.target.name));
        }
      }
    }
  } else {
    a.d.assume("whether " + quoted(a.target.name) + " is logged is not known here");
  }
  if (!a.target.partitioned()) rewrite(a.members[0], a.d, Fact::set_logged_rewrite, {}, !a.target.relation);
}

void set_tablespace(Alteration& a, const alter::SetTablespace& action) {
  if (a.target.relation) {
    const std::string now = a.target.relation->tablespace.empty() ? "pg_default" : a.target.relation->tablespace;
    if (now == action.name || !a.target.has_rows()) return;
  }
  a.d.work(Fact::set_tablespace_copy, a.target);
}

void set_access_method(Alteration& a, const alter::SetAccessMethod& action) {
  const std::string wanted = action.name.empty() ? "heap" : action.name;
  if (a.target.partitioned()) {
    if (a.d.server.version < 17) a.d.fail("cannot change access method of a partitioned table");
    return;
  }
  const std::string now =
      a.target.relation && !a.target.relation->access_method.empty() ? a.target.relation->access_method : "heap";
  if (now != wanted) rewrite(a.members[0], a.d, Fact::set_access_method_rewrite, {});
}

void toggle_trigger(Alteration& a, const alter::ToggleTrigger& action) {
  if (a.alter.only || !a.target.partitioned() || !a.target.relation) return;
  const Relation& table = *a.target.relation;
  bool row = std::any_of(table.triggers.begin(), table.triggers.end(), [&](const TriggerState& trigger) {
    return trigger.definition.row && (action.all || action.user || trigger.definition.name == action.name);
  });
  // Foreign keys are row triggers of the system; ALL includes them, of partitioned tables since 15.
  if (action.all && a.d.server.version >= 15) {
    row = row || !a.d.schema.referencing(table.name).empty() ||
          std::any_of(table.constraints.begin(), table.constraints.end(),
                      [](const ConstraintState& c) { return c.definition.kind == Constraint::Kind::foreign_key; });
  }
  if (!row && table.complete) return;
  for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::toggle_trigger_partition, child);
}

void lock_index_named(Alteration& a, Fact fact, const std::string& name) {
  if (name.empty()) return;
  a.d.lock(fact, a.d.target(QualifiedName{a.target.name.schema, name}, RelationKind::index));
}

void run_simple(Alteration& a, const AlterAction& action) {
  using namespace alter;
  std::visit(overloaded{[&](const SetNotNull& s) { set_not_null(a, s.column); },
                        [&](const SetExpression& s) { set_expression(a, s); },
                        [&](const SetIdentity& s) { identity(a, s.column, Fact::set_identity_sequence); },
                        [&](const DropIdentity& s) { identity(a, s.column, Fact::drop_identity_sequence); },
                        [&](const SetStorage& s) { column_storage(a, s.column, true); },
                        [&](const SetCompression& s) { column_storage(a, s.column, false); },
                        [&](const alter::SetOwner& s) { set_owner(a, s); },
                        [&](const ClusterOn& s) { lock_index_named(a, Fact::cluster_on_index, s.index); },
                        [&](const SetLogged& s) { set_logged(a, s); },
                        [&](const SetTablespace& s) { set_tablespace(a, s); },
                        [&](const SetAccessMethod& s) { set_access_method(a, s); },
                        [&](const ReplicaIdentity& s) { lock_index_named(a, Fact::replica_identity_index, s.index); },
                        [&](const ToggleTrigger& s) { toggle_trigger(a, s); },
                        [&](const Inherit& s) { a.d.lock(Fact::inherit_parent, a.d.target(s.parent)); },
                        [&](const NoInherit& s) { a.d.lock(Fact::no_inherit_parent, a.d.target(s.parent)); },
                        [&](const OfType& s) {
                          a.d.lock(Fact::of_type_type, a.d.target(s.type, RelationKind::composite_type));
                        },
                        [&](const AttachPartition& s) { attach_partition(a.d, a.target, s); },
                        [&](const DetachPartition& s) { detach_partition(a.d, a.target, s); },
                        [&](const SplitPartition& s) { split_or_merge(a.d, a.target, {s.partition}); },
                        [&](const MergePartitions& s) { split_or_merge(a.d, a.target, s.partitions); },
                        [](const auto&) {}},
             action.action);
}

void run(Alteration& a, const AlterAction& action) {
  if (const auto* add = action.as<alter::AddColumn>()) return add_column(a, *add);
  if (const auto* drop = action.as<alter::DropColumn>()) return drop_column(a, *drop);
  if (const auto* type = action.as<alter::SetType>()) return set_type(a, *type);
  if (const auto* add = action.as<alter::AddConstraint>()) return add_constraint(a, *add);
  if (const auto* drop = action.as<alter::DropConstraint>()) return drop_constraint(a, *drop);
  if (const auto* validate = action.as<alter::ValidateConstraint>()) return validate_constraint(a, *validate);
  if (const auto* change = action.as<alter::AlterConstraint>()) return alter_constraint(a, *change);
  run_simple(a, action);
}

void alter_index(Derivation& d, const AlterTable& operation, const Target& index) {
  for (const AlterAction& action : operation.actions) {
    if (const auto* attach = action.as<alter::AttachPartition>()) {
      attach_index(d, index, attach->partition);
    } else if (const auto* options = action.as<alter::SetOptions>()) {
      d.lock(options_fact(options->options), index);
      if (index.kind == RelationKind::partitioned_index) d.fail("a partitioned index has no storage parameters");
    } else if (action.as<alter::SetStatistics>()) {
      d.lock(Fact::index_statistics, index);
    } else if (action.as<alter::SetTablespace>()) {
      d.lock(Fact::index_tablespace, index);
      if (index.kind == RelationKind::index) d.work(Fact::set_tablespace_copy, index);
    } else {
      d.lock(Fact::index_other, index);
    }
  }
}

void alter_sequence(Derivation& d, const AlterTable& operation, const Target& sequence) {
  (void)operation;
  d.lock(Fact::alter_relation_other, sequence);
}

// A composite type, through ALTER TYPE … ADD ATTRIBUTE and the like.
void alter_composite(Derivation& d, const AlterTable& operation, const Target& type) {
  d.lock(Fact::alter_composite, {type.name, RelationKind::composite_type, nullptr, nullptr, nullptr});
  bool cascade = false;
  bool changes_type = false;
  for (const AlterAction& action : operation.actions) {
    if (const auto* set = action.as<alter::SetType>()) cascade = cascade || set->cascade, changes_type = true;
    if (const auto* drop = action.as<alter::DropColumn>()) {
      cascade = cascade || drop->cascade;
      d.effects.loses_data = !d.schema.tables_using_type(type.name).empty();
      d.effects.reversible = false;
    }
  }
  for (const Relation* table : typed_tables(d)) {
    if (table->of_type == type.name || d.schema.resolve(table->of_type) == type.name) {
      d.lock(Fact::alter_composite_typed, d.target(*table));
      // ATTypedTableRecursion: the same actions on the tables OF the type.
      Alteration a{d, operation, d.target(*table), {}, {}, {}};
      a.members.push_back({a.target});
      for (Target& child : d.descendants(a.target)) a.members.push_back({std::move(child)});
      for (const AlterAction& action : operation.actions) run(a, action);
      cascade = true;
    }
  }
  if (changes_type && !cascade && !d.schema.tables_using_type(type.name).empty()) {
    d.fail("cannot alter type " + quoted(type.name) + " because a column uses it");
  }
}

}  // namespace

void rewrite(Derivation& d, Fact fact, const Target& table, const std::string& object, bool assumed) {
  if (!table.has_rows()) return;
  d.work(fact, table, object, assumed);
  if (!table.relation) return;
  for (const IndexState& index : table.relation->indexes) {
    d.lock(Fact::rewrite_index, d.target(*table.relation, index));
    d.work(Fact::rewrite_index_rebuild, table, index.name.name);
    restrict_path(d, index);
  }
}

void rewrite(Member& member, Derivation& d, Fact fact, const std::string& object, bool assumed) {
  if (!member.target.has_rows()) return;
  member.rewritten = true;
  rewrite(d, fact, member.target, object, assumed);
}

// Its constraint, or that of the partitioned index above it, goes in the same statement.
bool goes(const Derivation& d, const IndexState& index) {
  const auto* alter = d.operation.as<AlterTable>();
  const auto dropped = [&](const std::string& name) {
    return std::any_of(alter->actions.begin(), alter->actions.end(), [&](const AlterAction& action) {
      const auto* drop = action.as<alter::DropConstraint>();
      return drop && drop->name == name;
    });
  };
  if (!alter) return false;
  const IndexState* at = &index;
  for (int depth = 0; at && depth < 32; ++depth) {
    if (!at->constraint.empty() && dropped(at->constraint)) return true;
    if (at->parent.name.empty()) return false;
    const Relation* table = d.schema.find_index_table(at->parent);
    at = table ? table->index(at->parent.name) : nullptr;
  }
  return false;
}

void build_new_indexes(Derivation& d, const Target& table, Fact work) {
  for (const Target& member : d.family(table)) {
    const Relation* after = d.after().find(member.name);
    if (!after) continue;
    for (const IndexState& index : after->indexes) {
      const IndexState* before = member.relation ? member.relation->index(index.name.name) : nullptr;
      if (before && !goes(d, *before)) continue;
      if (!member.has_rows()) continue;
      d.builds(index.name.name);
      d.work(work, member, index.name.name);
    }
  }
}

void derive(Derivation& d, const AlterTable& operation) {
  if (d.absent(operation.name, operation.if_exists, "relation")) return;
  const Target target = d.target(operation.name, operation.written);
  if (operation.written == RelationKind::composite_type || target.kind == RelationKind::composite_type) {
    alter_composite(d, operation, target);
    return;
  }
  d.assume_known(target);
  if (target.is_index()) return alter_index(d, operation, target);
  if (target.kind == RelationKind::sequence) return alter_sequence(d, operation, target);

  Alteration a{d, operation, target, {}, {}, {}};
  a.members.push_back({target});
  if (!operation.only) {
    for (Target& child : d.descendants(target)) a.members.push_back({std::move(child)});
  }
  lock_table(a);
  for (const AlterAction& action : operation.actions) {
    if (!fits_kind(action.action, target.kind)) d.fail("the action does not apply to " + quoted(target.name));
    if (const auto* drop = action.as<alter::DropConstraint>()) a.dropped_constraints.push_back(drop->name);
    if (const auto* drop = action.as<alter::DropColumn>()) a.dropped_columns.push_back(drop->name);
  }
  if (target.relation) {  // a key goes with any of its columns
    for (const ConstraintState& constraint : target.relation->constraints) {
      const auto& columns = constraint.definition.columns;
      const bool goes = std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
        return std::find(a.dropped_columns.begin(), a.dropped_columns.end(), column) != a.dropped_columns.end();
      });
      if (goes) a.dropped_constraints.push_back(constraint.definition.name);
    }
  }
  if (target.kind != RelationKind::view) {
    for (const AlterAction& action : operation.actions) refuse_impossible(a, action);
  }
  for (const AlterAction& action : operation.actions) run(a, action);
}

}  // namespace mlint::effect
