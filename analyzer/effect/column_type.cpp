#include <algorithm>
#include <string_view>

#include "analyzer/effect/alter_table.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/implication.h"
#include "analyzer/schema/type_data.h"
#include "analyzer/schema/types.h"

// ALTER COLUMN TYPE: ATPrepAlterColumnType and RememberAllDependentForRebuilding of tablecmds.c.
namespace mlint::effect {
namespace {

struct ColumnChange {
  const std::string& column;
  const TypeName& from;
  const TypeName& to;
  const QualifiedName old_collation, new_collation;
};

// CheckIndexCompatible: an index with expressions or a predicate never keeps its file, nor does one of a partitioned
// index.
bool keeps_file(const IndexState& index, const ColumnChange& change, const Schema& schema) {
  const CreateIndex& definition = index.definition;
  if (definition.where || !index.parent.name.empty()) return false;
  for (const IndexElement& element : definition.elements) {
    if (element.expression) return false;
    if (element.column != change.column) continue;
    ColumnState before;
    before.type = change.from;
    before.collation = element.collation.name.empty() ? change.old_collation : element.collation;
    const QualifiedName& after = element.collation.name.empty() ? change.new_collation : element.collation;
    const Known rebuilt =
        types::change_rebuilds_index(before, change.to, after, definition.access_method, element.opclass, schema);
    if (rebuilt != Known::no) return false;
  }
  return true;
}

void rebuild_indexes(Alteration& a, Member& member, const ColumnChange& change) {
  for (const IndexState& index : member.target.relation->indexes) {
    if (!uses_column(index.definition, change.column)) continue;
    a.d.lock(Fact::set_type_index, a.d.target(*member.target.relation, index));
    if (!member.target.has_rows() || member.rewritten || keeps_file(index, change, a.d.schema)) continue;
    a.d.work(Fact::set_type_index_rebuild, member.target, index.name.name);
  }
}

void check_again(Alteration& a, Member& member, const std::string& column) {
  for (const ConstraintState& constraint : member.target.relation->constraints) {
    const Constraint& definition = constraint.definition;
    if (definition.kind != Constraint::Kind::check || !constraint.valid || !definition.enforced) continue;
    if (contains(a.dropped_constraints, definition.name) || !definition.expression) continue;
    if (member.target.has_rows() && mentions_column(*definition.expression, column)) {
      a.d.work(Fact::set_type_check, member.target, definition.name);
    }
  }
}

void revalidate(Alteration& a, const Target& referencing, const Constraint& key) {
  a.d.validates(key.name);
  for (const Target& member : a.d.family(referencing)) {
    if (member.has_rows()) a.d.work(Fact::set_type_foreign_key_check, member, key.name);
  }
}

// Foreign keys over the column are made again, with ACCESS EXCLUSIVE on the other table.
void remake_foreign_keys(Alteration& a, const ColumnChange& change, bool assumed) {
  const Relation& table = *a.target.relation;
  const auto is_read = [&](const ConstraintState& key) {
    return key.valid && key.definition.enforced &&
           (assumed || types::change_revalidates_foreign_key(change.from, change.to, a.d.schema) != Known::no);
  };
  for (const ConstraintState& constraint : table.constraints) {
    const Constraint& key = constraint.definition;
    if (key.kind != Constraint::Kind::foreign_key || !contains(key.columns, change.column)) continue;
    if (contains(a.dropped_constraints, key.name)) continue;
    a.d.lock_family(Fact::set_type_referenced, a.d.target(key.references));
    if (is_read(constraint)) revalidate(a, a.target, key);
  }
  for (const auto& [referencing, constraint] : a.d.schema.referencing(table.name)) {
    const Constraint& key = constraint->definition;
    const ConstraintState* primary = table.primary_key();
    const bool uses = key.referenced_columns.empty() ? primary && contains(primary->definition.columns, change.column)
                                                     : contains(key.referenced_columns, change.column);
    if (!uses) continue;
    const Target other = a.d.target(*referencing);
    a.d.lock_family(Fact::set_type_referencing, other);
    if (is_read(*constraint)) revalidate(a, other, key);
  }
}

bool reads_column(const Relation& view, const QualifiedName& table, const std::string& column) {
  return std::any_of(view.reads_columns.begin(), view.reads_columns.end(),
                     [&](const ColumnRef& ref) { return ref.relation == table && ref.column == column; });
}

// Drops, of an expression too, run before types change.
bool loses_expression(const Alteration& a, const std::string& column) {
  return contains(a.dropped_columns, column) ||
         std::any_of(a.alter.actions.begin(), a.alter.actions.end(), [&](const AlterAction& action) {
           const auto* drop = action.as<alter::DropExpression>();
           return drop && drop->column == column;
         });
}

// What RememberAllDependentForRebuilding and ATPrepAlterColumnType refuse, of the table and of every child.
void refuse_dependents(Alteration& a, const Relation& table, const std::string& column) {
  for (const Relation* view : a.d.schema.views_on(table.name)) {
    if (view->certain && reads_column(*view, table.name, column)) {
      a.d.fail("cannot alter type of a column used by a view or rule: " + quoted(view->name) + " reads " +
               quoted(column));
    }
  }
  for (const ColumnState& other : table.columns) {
    if (other.generated && other.name != column && mentions_column(*other.generated, column) &&
        !loses_expression(a, other.name)) {
      a.d.fail("cannot alter type of a column used by a generated column: " + quoted(other.name));
    }
  }
  for (const TriggerState& trigger : table.triggers) {
    if (contains(trigger.definition.update_columns, column) ||
        (trigger.definition.when && mentions_column(*trigger.definition.when, column))) {
      a.d.fail("cannot alter type of a column used in a trigger definition: " + quoted(trigger.definition.name));
    }
  }
  for (const PolicyState& policy : table.policies) {
    if ((policy.using_ && mentions_column(*policy.using_, column)) ||
        (policy.check && mentions_column(*policy.check, column))) {
      a.d.fail("cannot alter type of a column used in a policy definition: " + quoted(policy.name));
    }
  }
  if (in_partition_key(table, column)) {
    a.d.fail("cannot alter column " + quoted(column) + " because it is part of the partition key");
  }
}

void refuse_type_change(Alteration& a, const std::string& column) {
  const Relation& table = *a.target.relation;
  for (const Member& member : a.members) {
    if (member.target.relation) refuse_dependents(a, *member.target.relation, column);
  }
  const ColumnState* state = table.column(column);
  if (state && state->inherited && !table.parents.empty()) a.d.fail("cannot alter inherited column " + quoted(column));
  if (a.alter.only && !table.children.empty()) {
    a.d.fail("type of inherited column " + quoted(column) + " must be changed in child tables too");
  }
}

// Digits, fractions of seconds, times of day or precision that the new type cannot hold.
bool may_lose(const TypeName& from, const TypeName& to, const Schema& schema) {
  const TypeName a = types::base_type(types::canonical(from, schema), schema);
  const TypeName b = types::base_type(types::canonical(to, schema), schema);
  const std::string& x = a.name.name;
  const std::string& y = b.name.name;
  const auto time_like = [](const std::string& n) { return n == "timestamp" || n == "timestamptz"; };
  const auto integer = [](const std::string& n) { return n == "int2" || n == "int4" || n == "int8"; };
  if (x == y && (x == "numeric" || time_like(x) || x == "time" || x == "interval") && !b.modifiers.empty()) {
    const std::size_t at = x == "numeric" ? 1 : 0;
    const auto digits = [&](const TypeName& t) {
      return t.modifiers.empty() ? 1000 : t.modifiers.size() > at ? t.modifiers[at] : 0;
    };
    return digits(b) < digits(a);
  }
  if (time_like(x) && (y == "date" || y == "time" || y == "timetz")) return true;
  if ((x == "numeric" || x == "float4" || x == "float8" || x == "money") && integer(y)) return true;
  if (x == "float8" && y == "float4") return true;
  if (x == "numeric" && (y == "float4" || y == "float8")) return true;
  return y == "bool" || (y == "bpchar" && x != "bpchar");
}

Known rewrites(Alteration& a, const alter::SetType& action, const ColumnState& state) {
  return types::change_rewrites(state.type, action.type, action.using_ ? &*action.using_ : nullptr, action.column,
                                a.d.schema, a.d.server.time_zone_utc && a.d.schema.time_zone_is_utc());
}

void change_member(Alteration& a, Member& member, const alter::SetType& action, const ColumnState& state) {
  const Known change = is_virtual(state) ? Known::no : rewrites(a, action, state);
  if (change == Known::unknown) {
    a.d.assume("the type of " + quoted(action.column) + " is not known here, the change is taken to rewrite the table");
  }
  if (change != Known::no) {
    rewrite(member, a.d, Fact::set_type_rewrite, action.column, change == Known::unknown);
    a.d.effects.may_fail_on_rows = true;
    if (may_lose(state.type, action.type, a.d.schema)) a.d.effects.loses_data = true, a.d.effects.reversible = false;
  }
  rebuild_indexes(a, member, {action.column, state.type, action.type, state.collation, action.collation});
  check_again(a, member, action.column);
}

}  // namespace

void set_type(Alteration& a, const alter::SetType& action) {
  if (!a.target.relation) {
    a.d.assume("the type of " + quoted(action.column) + " is not known here, the change is taken to rewrite the table");
    rewrite(a.members[0], a.d, Fact::set_type_rewrite, action.column, true);
    a.d.effects.may_fail_on_rows = true;
    return;
  }
  refuse_type_change(a, action.column);
  if (action.using_) run_expression(a.d, *action.using_);
  run_domain_checks(a.d, action.type);
  const ColumnState* own = a.target.relation->column(action.column);
  if (!own && a.target.relation->complete) {
    a.d.fail("column " + quoted(action.column) + " of relation " + quoted(a.target.name) + " does not exist");
    return;
  }
  for (Member& member : a.members) {
    if (!member.target.relation) continue;
    const ColumnState* state = member.target.relation->column(action.column);
    const ColumnState unknown;
    if (state || !member.target.relation->complete) change_member(a, member, action, state ? *state : unknown);
  }
  if (!own) return;
  const Known change = rewrites(a, action, *own);
  remake_foreign_keys(a, {action.column, own->type, action.type, {}, {}}, change == Known::unknown);
  if (own->identity) identity(a, action.column, Fact::set_type_sequence);
}

}  // namespace mlint::effect
