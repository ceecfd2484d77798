#include <algorithm>

#include "analyzer/effect/drop_walk.h"
#include "analyzer/schema/expressions.h"

// DROP, by kind of object.
namespace mlint::effect {
namespace {

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

bool kind_fits(RelationKind wanted, RelationKind actual) {
  return wanted == actual || (wanted == RelationKind::table && actual == RelationKind::partitioned_table);
}

bool mentions(const SharedExpr& expression, const QualifiedName& name) {
  return expression && mentions_relation(*expression, name);
}

bool mentions(const Query& query, const QualifiedName& name) {
  bool found = false;
  for_each_expression(query, [&](const Expr& e) { found = found || mentions_relation(e, name); });
  return found;
}

// What else of a relation may draw from the sequence.
std::string part_with(const Relation& table, const QualifiedName& sequence) {
  for (const ConstraintState& constraint : table.constraints)
    if (mentions(constraint.definition.expression, sequence)) return "constraint " + quoted(constraint.definition.name);
  for (const TriggerState& trigger : table.triggers)
    if (mentions(trigger.definition.when, sequence)) return "trigger " + quoted(trigger.definition.name);
  for (const PolicyState& policy : table.policies)
    if (mentions(policy.using_, sequence) || mentions(policy.check, sequence)) return "policy " + quoted(policy.name);
  for (const RuleState& rule : table.rules)
    for (const auto& action : rule.actions)
      if (action && mentions(*action, sequence)) return "rule " + quoted(rule.name);
  return {};
}

void sequence_users(Derivation& d, DropWalk& walk, const QualifiedName& sequence, bool cascade) {
  for (const Relation* table : d.schema.relations()) {
    const bool viewed = table->query && mentions(*table->query, sequence);
    const std::string part = viewed ? quoted(table->name) : part_with(*table, sequence);
    if (!part.empty() && !cascade && table->certain)
      d.fail("cannot drop sequence " + quoted(sequence) + " because " + part + " uses it");
    if (viewed && cascade) walk.relation(d.target(*table));
    if (!part.empty() && !viewed && cascade) d.lock(Fact::drop_default_user, d.target(*table));
    for (const ColumnState& column : table->columns) {
      const bool owned = column.owned_sequence == sequence.name && table->name.schema == sequence.schema;
      if (owned && column.identity && table->certain) {
        d.fail("cannot drop sequence " + quoted(sequence) + " because column " + quoted(column.name) + " of " +
               quoted(table->name) + " requires it");
      }
      if (!uses_sequence(column, sequence) && !(owned && column.default_) && !mentions(column.default_, sequence))
        continue;
      if (!cascade && table->certain && column.certain)
        d.fail("cannot drop sequence " + quoted(sequence) + " because a default depends on it");
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
    if (!target.known() && operation.cascade) {
      d.assume("what depends on " + quoted(target.name) + " is not known here, CASCADE takes it along");
    }
    if (target.kind == RelationKind::table || target.kind == RelationKind::partitioned_table) {
      d.effects.reversible = false;
      d.effects.loses_data = true;
    }
    if (target.relation && !target.relation->extension.empty()) {
      d.fail("cannot drop " + quoted(target.name) + " because extension " + quoted(target.relation->extension) +
             " requires it");
    }
    walk.relation(target);
    if (target.kind == RelationKind::sequence) sequence_users(d, walk, target.name, operation.cascade);
  }
}

// Triggers, rules and policies stand on one table.
void drop_member(Derivation& d, const Drop& operation) {
  for (std::size_t i = 0; i < operation.names.size(); ++i) {
    if (d.absent(operation.names[i], operation.if_exists, "relation")) continue;
    const Target table = d.target(operation.names[i]);
    const std::string member = i < operation.members.size() ? operation.members[i] : std::string();
    bool exists = true;
    if (table.relation) {
      const Relation& r = *table.relation;
      exists = operation.kind == ObjectKind::trigger ? r.trigger(member) != nullptr
               : operation.kind == ObjectKind::rule
                   ? std::any_of(r.rules.begin(), r.rules.end(), [&](const auto& x) { return x.name == member; })
                   : std::any_of(r.policies.begin(), r.policies.end(), [&](const auto& x) { return x.name == member; });
      if (!exists && !r.complete) {
        exists = true;
        if (operation.if_exists)
          d.assume("whether " + quoted(table.name) + " has " + quoted(member) + " is not known here");
      }
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
    if (operation.kind != ObjectKind::trigger || !table.relation || !table.partitioned()) continue;
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
    if (operation.kind == ObjectKind::collation) drop_collation(d, operation, name);
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

}  // namespace mlint::effect
