#include <algorithm>

#include "analyzer/effect/alter_table.h"
#include "analyzer/schema/implication.h"
#include "analyzer/schema/names.h"

// SET NOT NULL, and NOT NULL as a constraint with a name (PostgreSQL 18).
namespace mlint::effect {
namespace {

// A column has one NOT NULL, and only its own name finds it again.
void refuse_second_not_null(Alteration& a, const Constraint& constraint) {
  if (!a.target.relation || constraint.name.empty()) return;
  for (const std::string& name : constraint.columns) {
    const ColumnState* column = a.target.relation->column(name);
    if (!column || column->not_null != Known::yes) continue;
    const std::string own = column->not_null_constraint.empty()
                                ? names::make_object_name(a.target.name.name, column->name, "not_null")
                                : column->not_null_constraint;
    if (own != constraint.name) {
      a.d.fail("cannot create not-null constraint " + quoted(constraint.name) + " on column " + quoted(name) +
               ", which already has one");
    }
  }
}

}  // namespace

const ColumnState* find_not_null(const Alteration& a, const std::string& name) {
  if (!a.target.relation || a.d.server.version < 18) return nullptr;
  const Relation& table = *a.target.relation;
  for (const ColumnState& column : table.columns) {
    if (column.not_null != Known::yes) continue;
    if (column.not_null_constraint.empty() ? name == names::make_object_name(table.name.name, column.name, "not_null")
                                           : name == column.not_null_constraint) {
      return &column;
    }
  }
  return nullptr;
}

bool drops_not_null(const Alteration& a, std::string_view column) {
  return std::any_of(a.alter.actions.begin(), a.alter.actions.end(), [&](const AlterAction& action) {
    const auto* drop = action.as<alter::DropNotNull>();
    return drop && drop->column == column;
  });
}

// Until 18 children of a plain table may be nullable where it is not.
bool all_are_not_null(const Alteration& a, std::string_view column) {
  const ColumnState* state = a.target.relation ? a.target.relation->column(column) : nullptr;
  return state && state->not_null == Known::yes && state->not_null_valid &&
         (a.target.partitioned() || a.d.server.version >= 18 || a.target.relation->children.empty());
}

void set_not_null(Alteration& a, const std::string& column, bool children) {
  const Relation* table = a.target.relation;
  const bool dropped = drops_not_null(a, column);
  if (all_are_not_null(a, column)) {
    if (!dropped) return;
    // ATPrepSetNotNull looks before the drop and leaves the children alone; 18 goes on to them.
    children = children && a.d.server.version >= 18;
  }
  if (table && a.alter.only && table->partition_by && !table->children.empty() &&
      !proves_not_null(*table, column, a.d.schema)) {
    // Until 18 each partition is looked at (ATExecCheckNotNull); since then it is refused.
    bool missing = a.d.server.version >= 18;
    for (const Target& child : a.d.descendants(a.target)) {
      if (a.d.server.version < 18) a.d.lock(Fact::set_not_null, child);
      const ColumnState* state = child.relation ? child.relation->column(column) : nullptr;
      missing = missing || (state && state->not_null == Known::no);
    }
    if (missing) a.d.fail("constraint must be added to child tables too");
  }
  for (Member& member : a.members) {
    if (!member.target.has_rows() || (!children && member.target.name != a.target.name)) continue;
    const Relation* relation = member.target.relation;
    if (relation && proves_not_null(*relation, column, a.d.schema, a.dropped_constraints, dropped)) continue;
    const ColumnState* state = relation ? relation->column(column) : nullptr;
    const bool assumed = state ? state->not_null == Known::unknown : !relation || !relation->complete;
    if (assumed) a.d.assume("whether " + quoted(column) + " is already known to hold no null is not known here");
    a.d.work(Fact::set_not_null_scan, member.target, column, assumed);
    a.d.effects.may_fail_on_rows = true;
  }
}

void add_not_null_constraint(Alteration& a, const Constraint& constraint) {
  if (a.d.server.version < 18) a.d.fail("NOT NULL as a table constraint needs PostgreSQL 18");
  refuse_second_not_null(a, constraint);
  if (a.alter.only && !constraint.no_inherit && a.target.relation && !a.target.relation->children.empty()) {
    a.d.fail("constraint must be added to child tables too");
  }
  if (constraint.not_valid) return;
  for (const std::string& column : constraint.columns) set_not_null(a, column, !constraint.no_inherit);
}

// A key whose NOT NULL is there already takes it as it is (18: it has to be valid and inherited).
void refuse_unvalidated_not_null(Alteration& a, const std::vector<std::string>& columns) {
  for (const std::string& name : columns) {
    const ColumnState* column = a.target.relation ? a.target.relation->column(name) : nullptr;
    if (column && column->not_null == Known::yes && !column->not_null_valid) {
      a.d.fail("cannot create primary key on column " + quoted(name) + ": its NOT NULL is NOT VALID");
    }
  }
}

void drop_not_null_constraint(Alteration& a, const ColumnState& column) {
  for (const QualifiedName& name : a.target.relation->parents) {
    const Relation* parent = a.d.schema.find(name);
    const ColumnState* above = parent ? parent->column(column.name) : nullptr;
    if (above && above->not_null == Known::yes) {
      a.d.fail("cannot drop the inherited NOT NULL of " + quoted(column.name));
    }
  }
  const ConstraintState* key = a.target.relation->primary_key();
  if (key && contains(key->definition.columns, column.name) && !contains(a.dropped_constraints, key->definition.name)) {
    a.d.fail("column " + quoted(column.name) + " is in a primary key");
  }
  for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::drop_constraint_child, child);
}

void validate_not_null(Alteration& a, const ColumnState& column, const std::string& name) {
  if (column.not_null_valid) return;
  a.d.effects.may_fail_on_rows = true;
  for (const Member& member : a.members) {
    if (member.target.name != a.target.name) a.d.lock(Fact::validate_constraint_child, member.target);
    const ColumnState* own = member.target.relation ? member.target.relation->column(column.name) : nullptr;
    if (own && own->not_null == Known::yes && own->not_null_valid) continue;
    if (member.target.has_rows()) a.d.work(Fact::validate_check, member.target, name);
  }
}

// [NO] INHERIT: the children get the constraint, which reads their rows, or are left with it as their own.
void alter_not_null(Alteration& a, const ColumnState& column, const alter::AlterConstraint& action) {
  for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::alter_constraint_partition, child);
  if (!action.no_inherit || *action.no_inherit) return;
  for (const Member& member : a.members) {
    const ColumnState* own = member.target.relation ? member.target.relation->column(column.name) : nullptr;
    if (own && own->not_null == Known::yes && own->not_null_valid) continue;
    if (member.target.has_rows()) a.d.work(Fact::set_not_null_scan, member.target, column.name);
    a.d.effects.may_fail_on_rows = true;
  }
}

}  // namespace mlint::effect
