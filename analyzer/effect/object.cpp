#include <algorithm>
#include <set>

#include "analyzer/effect/derive.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/temporary.h"

// Objects that are no tables: views, sequences, triggers, rules, policies, types, comments, names and owners.
namespace mlint::effect {

RelationKind relation_kind(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::index:
      return RelationKind::index;
    case ObjectKind::sequence:
      return RelationKind::sequence;
    case ObjectKind::view:
      return RelationKind::view;
    case ObjectKind::materialized_view:
      return RelationKind::materialized_view;
    case ObjectKind::foreign_table:
      return RelationKind::foreign_table;
    default:
      return RelationKind::table;
  }
}

namespace {

bool is_relation(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::table:
    case ObjectKind::index:
    case ObjectKind::sequence:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
      return true;
    default:
      return false;
  }
}

void lock_composite(Derivation& d, Fact fact, const QualifiedName& name) {
  const TypeState* type = d.schema.find_type(name);
  if (type && type->kind != TypeState::Kind::composite) return;
  if (!type) return;
  d.lock(fact, {type->name, RelationKind::composite_type, nullptr, nullptr, nullptr});
}

void rename_column(Derivation& d, const Rename& operation, const Target& table) {
  d.lock(Fact::rename_column, table);
  if (table.relation) {
    const ColumnState* column = table.relation->column(operation.old_name);
    if (column && column->inherited && !table.relation->parents.empty()) {
      d.fail("cannot rename inherited column " + quoted(operation.old_name));
    }
    if (operation.only && !table.relation->children.empty()) {
      d.fail("inherited column " + quoted(operation.old_name) + " must be renamed in child tables too");
      return;
    }
    if (surely(*table.relation, table.relation->column(operation.new_name))) {
      d.fail("column " + quoted(operation.new_name) + " of relation " + quoted(table.name) + " already exists");
    }
    if (!column && table.relation->complete && !table.relation->columns.empty()) {
      d.fail("column " + quoted(operation.old_name) + " does not exist");
    }
  }
  for (const Target& child : d.descendants(table)) d.lock(Fact::rename_column, child);
}

void rename_constraint(Derivation& d, const Rename& operation, const Target& table) {
  d.lock(Fact::rename_constraint, table);
  const ConstraintState* constraint = table.relation ? table.relation->constraint(operation.old_name) : nullptr;
  if (!constraint) return;
  if (!constraint->index.empty()) {
    d.lock(Fact::rename_constraint_index,
           d.target(QualifiedName{table.name.schema, constraint->index}, RelationKind::index));
  }
  if (constraint->definition.kind != Constraint::Kind::check || operation.only || constraint->definition.no_inherit)
    return;
  for (const Target& child : d.descendants(table)) d.lock(Fact::rename_constraint, child);
}

void rename_relation(Derivation& d, const Rename& operation, const Target& target) {
  const bool by_index = operation.kind == ObjectKind::index && (target.is_index() || !target.known());
  const RelationKind written = relation_kind(operation.kind);
  const bool one_kind = written == RelationKind::view || written == RelationKind::materialized_view ||
                        written == RelationKind::sequence || written == RelationKind::foreign_table;
  if (target.known() && one_kind && target.kind != written) d.fail(quoted(target.name) + " is not of that kind");
  d.lock(by_index ? Fact::rename_index : Fact::rename_relation, target);
  const QualifiedName wanted{target.name.schema, operation.new_name};
  if (d.target(wanted).certain() && (target.certain() || !operation.if_exists)) {
    d.fail("relation " + quoted(operation.new_name) + " already exists");
  }
}

// Triggers of partitioned tables are renamed on every partition (15+), and not at all before.
void rename_trigger(Derivation& d, const Rename& operation, const Target& table) {
  d.lock(Fact::rename_trigger, table);
  const bool recurses = fact_of(Fact::rename_trigger, d.server.version).role == Role::family;
  if (!recurses || !table.partitioned() || !table.relation) return;
  const TriggerState* trigger = table.relation->trigger(operation.old_name);
  if (trigger && !trigger->definition.row) return;
  for (const Target& child : d.descendants(table)) d.lock(Fact::rename_trigger, child);
}

void rename_attribute(Derivation& d, const Rename& operation) {
  const QualifiedName full = d.schema.resolve(operation.relation);
  lock_composite(d, Fact::alter_composite, operation.relation);
  for (const Relation* table : typed_tables(d)) {
    if (d.schema.resolve(table->of_type) != full) continue;
    d.lock(Fact::alter_composite_typed, d.target(*table));
  }
}

void lock_tables_of_type(Derivation& d, const QualifiedName& name, Fact lock, Fact scan) {
  std::vector<QualifiedName> pending{name};
  std::set<QualifiedName> done;
  while (!pending.empty()) {
    const TypeState* type = d.schema.find_type(pending.back());
    const QualifiedName full = type ? type->name : d.schema.resolve(pending.back());
    pending.pop_back();
    if (!done.insert(full).second) continue;
    for (const Relation* table : d.schema.tables_using_type(full)) {
      bool through = true;
      for (const ColumnState& column : table->columns) {
        const TypeState* used = d.schema.find_type(column.type.name);
        if (!used || used->name != full) continue;
        through = false;
        if (column.type.array_dimensions > 0 && table->certain) {
          d.fail("cannot alter type " + quoted(full) + " because a column of " + quoted(table->name) +
                 " uses an array of it");
        }
      }
      (void)through;
      const Target target = d.target(*table);
      if (table->kind == RelationKind::composite_type) continue;
      d.lock(lock, target);  // views too, before it is seen that they hold no rows (get_rels_with_domain)
      if (target.has_rows()) d.work(scan, target, full.name);
    }
    for (const TypeState* other : d.schema.types()) {
      if (other->kind != TypeState::Kind::domain) continue;
      const TypeState* base = d.schema.find_type(other->base.name);
      if (base && base->name == full) pending.push_back(other->name);
    }
  }
}

}  // namespace

void derive(Derivation& d, const Rename& operation) {
  if (operation.kind == ObjectKind::attribute) return rename_attribute(d, operation);
  if (operation.kind == ObjectKind::type) return lock_composite(d, Fact::rename_composite, operation.relation);
  const bool on_table = operation.kind == ObjectKind::column || operation.kind == ObjectKind::constraint ||
                        operation.kind == ObjectKind::trigger || operation.kind == ObjectKind::rule ||
                        operation.kind == ObjectKind::policy;
  if (!on_table && !is_relation(operation.kind)) return;
  if (d.absent(operation.relation, operation.if_exists, "relation")) return;
  const Target target = d.target(operation.relation, relation_kind(operation.kind));
  if (operation.kind == ObjectKind::column && !target.known() && d.schema.find_type(operation.relation)) {
    return rename_attribute(d, operation);
  }
  d.assume_known(target);
  switch (operation.kind) {
    case ObjectKind::column:
      return rename_column(d, operation, target);
    case ObjectKind::constraint:
      return rename_constraint(d, operation, target);
    case ObjectKind::trigger:
      return rename_trigger(d, operation, target);
    case ObjectKind::rule:
      return d.lock(Fact::rename_rule, target);
    case ObjectKind::policy:
      return d.lock(Fact::rename_policy, target);
    default:
      return rename_relation(d, operation, target);
  }
}

void derive(Derivation& d, const SetSchema& operation) {
  if (operation.kind == ObjectKind::extension) {
    for (const Relation* relation : d.schema.relations()) {
      if (relation->extension == operation.name.name) d.lock(Fact::extension_schema, d.target(*relation));
    }
    return;
  }
  if (!is_relation(operation.kind)) return;
  if (d.absent(operation.name, operation.if_exists, "relation")) return;
  const Target target = d.target(operation.name, relation_kind(operation.kind));
  d.assume_known(target);
  d.lock(Fact::set_schema, target);
  if (!target.relation) return;
  if (target.relation->persistence == Persistence::temporary) {
    d.fail("cannot move objects into or out of temporary schemas");
  }
  if (target.name.schema == operation.schema) return;
  for (const IndexState& index : target.relation->indexes) {
    if (index.constraint.empty()) d.lock(Fact::set_schema_index, d.target(*target.relation, index));
  }
  for (const ColumnState& column : target.relation->columns) {
    for (const Relation* sequence : d.schema.sequences_of(target.name, column.name))
      d.lock(Fact::set_schema_sequence, d.target(*sequence));
  }
}

void derive(Derivation& d, const SetOwner& operation) {
  if (operation.kind == ObjectKind::type) lock_composite(d, Fact::set_owner_composite, operation.name);
  if (!is_relation(operation.kind)) return;
  d.lock(Fact::set_owner, d.target(operation.name, relation_kind(operation.kind)));
}

void derive(Derivation& d, const Comment& operation) {
  switch (operation.kind) {
    case ObjectKind::table:
    case ObjectKind::index:
    case ObjectKind::sequence:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
    case ObjectKind::column: {
      if (d.absent(operation.name, false, "relation")) return;
      const Target target = d.target(operation.name, relation_kind(operation.kind));
      if (operation.kind == ObjectKind::column && !target.known() && d.schema.find_type(operation.name)) {
        return lock_composite(d, Fact::comment, operation.name);
      }
      d.assume_known(target);
      return d.lock(Fact::comment, target);
    }
    case ObjectKind::constraint:
    case ObjectKind::trigger:
    case ObjectKind::rule:
    case ObjectKind::policy:
      return d.lock(Fact::comment_member, d.target(operation.name));
    default:
      return;
  }
}

// A relation that becomes a member, or stops being one, is locked as COMMENT ON locks it.
void derive(Derivation& d, const AlterExtension& operation) {
  if (operation.action == AlterExtension::Action::update) return;
  if (!is_relation(operation.kind)) return;
  if (d.absent(operation.member, false, "relation")) return;
  const Target member = d.target(operation.member, relation_kind(operation.kind));
  d.assume_known(member);
  d.lock(Fact::extension_member, member);
  if (!member.relation) return;
  const std::string& now = member.relation->extension;
  if (operation.action == AlterExtension::Action::add && !now.empty()) {
    d.fail(quoted(member.name) + " is already a member of extension " + quoted(now));
  }
  if (operation.action == AlterExtension::Action::drop && now != operation.name && member.relation->complete) {
    d.fail(quoted(member.name) + " is not a member of extension " + quoted(operation.name));
  }
}

void derive(Derivation& d, const CreateView& operation) {
  const Target view =
      d.target(d.schema.new_name(operation.name, persistence_of(operation, d.schema)), RelationKind::view);
  d.runs = false;
  if (operation.query) derive_query(d, *operation.query);
  if (!view.relation) return;
  d.lock(Fact::replace_view, view);
  if (!operation.or_replace && view.certain()) d.fail("relation " + quoted(view.name) + " already exists");
  const std::size_t columns = operation.query ? operation.query->output_names.size() : 0;
  const bool counted = columns != 0 && !contains(operation.query->output_names, "*");
  if (counted && view.relation->complete && columns < view.relation->columns.size()) {
    d.fail("cannot drop columns from view " + quoted(view.name));
  }
}

void derive(Derivation& d, const CreateSequence& operation) {
  const Target existing = d.target(d.schema.new_name(operation.name), RelationKind::sequence);
  if (existing.certain()) {
    if (!operation.if_not_exists) d.fail("relation " + quoted(existing.name) + " already exists");
    return;
  }
  if (!operation.owned_by_table.name.empty()) d.lock(Fact::sequence_owner, d.target(operation.owned_by_table));
}

void derive(Derivation& d, const AlterSequence& operation) {
  if (d.absent(operation.name, operation.if_exists, "relation")) return;
  const Target sequence = d.target(operation.name, RelationKind::sequence);
  d.assume_known(sequence);
  d.lock(Fact::alter_sequence, sequence);
  if (operation.owned_by_changes && sequence.relation) {
    const Relation* owner = d.schema.find(sequence.relation->owned_by_table);
    const ColumnState* column = owner ? owner->column(sequence.relation->owned_by_column) : nullptr;
    if (column && column->identity) d.fail("cannot change ownership of identity sequence " + quoted(sequence.name));
  }
  if (!operation.owned_by_table.name.empty()) d.lock(Fact::sequence_owner, d.target(operation.owned_by_table));
}

void derive(Derivation& d, const CreateTrigger& operation) {
  d.absent(operation.table, false, "relation");
  const Target table = d.target(operation.table);
  d.assume_known(table);
  d.lock(Fact::create_trigger, table);
  if (operation.row && table.partitioned()) {
    for (const Target& part : d.descendants(table)) d.lock(Fact::create_trigger_partition, part);
  }
  if (operation.row && operation.timing == 'b' && table.partitioned() && d.server.version < 13) {
    d.fail(quoted(table.name) + " is a partitioned table: BEFORE triggers of rows need PostgreSQL 13");
  }
  if (!operation.from_table.name.empty()) d.lock(Fact::create_trigger_from, d.target(operation.from_table));
  const TriggerState* existing = table.relation ? table.relation->trigger(operation.name) : nullptr;
  if (existing && !operation.or_replace && table.relation->complete) {
    d.fail("trigger " + quoted(operation.name) + " for relation " + quoted(table.name) + " already exists");
  }
}

void derive(Derivation& d, const CreateRule& operation) {
  d.absent(operation.table, false, "relation");
  const Target table = d.target(operation.table);
  d.assume_known(table);
  d.lock(Fact::create_rule, table);
  if (d.server.version >= 16 && operation.name == "_RETURN" && table.relation && table.kind != RelationKind::view) {
    d.fail("relation " + quoted(table.name) + " cannot have ON SELECT rules");
  }
  for (const auto& action : operation.actions) {
    if (!action) continue;
    for_each_relation(*action, [&](const RelationRef& ref, bool written) {
      if (ref.name.name == "old" || ref.name.name == "new") return;
      d.lock(written ? Fact::query_write : Fact::query_read, d.target(ref.name));
    });
  }
  if (operation.where) derive_expression(d, *operation.where);
}

void derive(Derivation& d, const CreatePolicy& operation) {
  const Target table = d.target(operation.table);
  d.assume_known(table);
  d.lock(Fact::create_policy, table);
  if (operation.using_) derive_expression(d, *operation.using_);
  if (operation.check) derive_expression(d, *operation.check);
}

void derive(Derivation& d, const AlterPolicy& operation) {
  const Target table = d.target(operation.table);
  d.assume_known(table);
  d.lock(Fact::alter_policy, table);
  if (operation.using_) derive_expression(d, *operation.using_);
  if (operation.check) derive_expression(d, *operation.check);
}

void derive(Derivation& d, const AddEnumValue& operation) {
  d.effects.reversible = false;  // no statement takes a value away again
  const TypeState* type = d.schema.find_type(operation.name);
  if (type && !operation.if_not_exists && contains(type->values, operation.value)) {
    d.fail("enum label " + quoted(operation.value) + " already exists");
  }
  if (!type && !d.schema.was_dropped(operation.name)) return;
}

void derive(Derivation& d, const AlterDomain& operation) {
  using Action = AlterDomain::Action;
  const bool reads =
      operation.action == Action::validate_constraint || operation.action == Action::set_not_null ||
      (operation.action == Action::add_constraint && operation.constraint && !operation.constraint->not_valid);
  if (!reads) return;
  d.effects.may_fail_on_rows = true;
  TypeName domain;
  domain.name = operation.name;
  run_domain_checks(d, domain);
  if (operation.constraint && operation.constraint->expression) run_expression(d, *operation.constraint->expression);
  const TypeState* type = d.schema.find_type(operation.name);
  if (!type) d.assume("the tables that use domain " + quoted(operation.name) + " are not known here");
  const Fact lock =
      operation.action == Action::validate_constraint ? Fact::validate_domain_user : Fact::alter_domain_user;
  lock_tables_of_type(d, operation.name, lock, Fact::alter_domain_scan);
}

void derive(Derivation& d, const CreateStatistics& operation) {
  const Target table = d.target(operation.table);
  d.assume_known(table);
  d.lock(Fact::create_statistics, table);
}

void lock_published(Derivation& d, const std::vector<QualifiedName>& tables, const std::vector<QualifiedName>& only) {
  for (const QualifiedName& name : tables) {
    const Target table = d.target(name);
    if (table.partitioned() && d.server.version < 13) {
      d.fail(quoted(table.name) + " is a partitioned table: publishing it needs PostgreSQL 13");
    }
    const bool alone = table.partitioned() || std::find(only.begin(), only.end(), name) != only.end();
    for (const Target& member : alone ? std::vector<Target>{table} : d.family(table))
      d.lock(Fact::publication_table, member);
  }
}

void derive(Derivation& d, const CreatePublication& operation) { lock_published(d, operation.tables, operation.only); }

void derive(Derivation& d, const AlterPublication& operation) {
  if (operation.action == AlterPublication::Action::set) {
    const PublicationState* known = d.schema.find_publication(operation.name);
    if (!known) {
      d.assume("the tables that publication " + quoted(operation.name) +
               " had are not known here, they are locked too");
    } else {
      for (const QualifiedName& name : known->tables)
        if (!d.schema.was_dropped(name)) d.lock(Fact::publication_table, d.target(name));
    }
  }
  lock_published(d, operation.tables, operation.only);
}

void derive(Derivation& d, const CreateObject& operation) {
  if (operation.kind == ObjectKind::database) d.refuse(Fact::create_database_refused);
  if (operation.kind == ObjectKind::tablespace) d.refuse(Fact::create_tablespace_refused);
  if (operation.kind == ObjectKind::subscription && operation.create_slot) d.refuse(Fact::create_subscription_refused);
}

void derive(Derivation& d, const AlterObject& operation) {
  const auto has = [&](std::string_view option) {
    return std::any_of(operation.options.begin(), operation.options.end(),
                       [&](const auto& entry) { return entry.first == option; });
  };
  if (operation.kind == ObjectKind::database && has("tablespace")) d.refuse(Fact::alter_database_tablespace_refused);
  const bool refreshes = std::any_of(operation.options.begin(), operation.options.end(), [](const auto& option) {
    const auto& [name, value] = option;
    return name == "refresh" && value != "false" && value != "off" && value != "0";
  });
  if (operation.kind == ObjectKind::subscription) {
    const SubscriptionState* known = d.schema.find_subscription(operation.name.name);
    if (refreshes && known && !known->enabled) {
      d.fail("a disabled subscription cannot be refreshed");
    } else if (refreshes || has("failover") || has("two_phase")) {
      d.refuse(Fact::alter_subscription_refused);
    }
  }
  if (operation.kind == ObjectKind::other && operation.name.name == "system") d.refuse(Fact::alter_system_refused);
}

void derive(Derivation& d, const ReassignOwned& operation) {
  for (const Relation* relation : d.schema.relations()) {
    if (contains(operation.roles, relation->owner)) d.lock(Fact::set_owner, d.target(*relation));
  }
  d.assume("what the role owns is not known here beyond what the context says");
}

void derive(Derivation&, const Grant&) {}
void derive(Derivation&, const AlterFunction&) {}
void derive(Derivation&, const CreateEnum&) {}
void derive(Derivation&, const CreateCompositeType&) {}
void derive(Derivation&, const CreateRangeType&) {}
void derive(Derivation&, const CreateBaseType&) {}
void derive(Derivation&, const CreateDomain&) {}
void derive(Derivation&, const CreateExtension&) {}
void derive(Derivation&, const CreateSchema&) {}
void derive(Derivation&, const AlterStatistics&) {}

}  // namespace mlint::effect
