#include <algorithm>
#include <string_view>

#include "analyzer/effect/alter_table.h"
#include "analyzer/effect/foreign_key.h"
#include "analyzer/effect/restricted_path.h"
#include "analyzer/schema/implication.h"
#include "analyzer/schema/types.h"

// Constraints of tables: checks, keys, exclusion, foreign keys.
namespace mlint::effect {
namespace {

// The name of the constraint that the statement makes: as written, else as it stands in the schema behind it.
std::string made_name(Derivation& d, const Target& table, const Constraint& constraint) {
  if (!constraint.name.empty()) return constraint.name;
  const Relation* after = d.after().find(table.name);
  if (!after) return {};
  for (const ConstraintState& state : after->constraints) {
    if (state.definition.kind != constraint.kind || state.definition.columns != constraint.columns) continue;
    if (!table.relation || !table.relation->constraint(state.definition.name)) return state.definition.name;
  }
  return {};
}

// MergeWithExistingConstraint: a child that has the same check keeps it, and neither it nor its children are looked at.
bool merges(Alteration& a, const Target& member, const Constraint& constraint) {
  const Relation* table = member.relation;
  if (!table || member.name == a.target.name || constraint.name.empty() || !constraint.expression) return false;
  if (const ConstraintState* own = table->constraint(constraint.name)) {
    if (!own->definition.expression || !same_expression(*own->definition.expression, *constraint.expression)) {
      return false;
    }
    if (!own->valid && !constraint.not_valid) {
      a.d.fail("constraint " + quoted(constraint.name) + " conflicts with NOT VALID constraint on relation " +
               quoted(table->name));
    }
    return true;
  }
  return std::any_of(table->parents.begin(), table->parents.end(), [&](const QualifiedName& parent) {
    const Target above = a.d.target(parent);
    return above.name != a.target.name && merges(a, above, constraint);
  });
}

void add_check(Alteration& a, const Constraint& constraint) {
  const Relation* table = a.target.relation;
  if (constraint.no_inherit && a.target.partitioned()) {
    a.d.fail("cannot add NO INHERIT constraint to partitioned table " + quoted(a.target.name));
  }
  if (a.alter.only && !constraint.no_inherit && table && !table->children.empty()) {
    a.d.fail("constraint must be added to child tables too");
    for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::add_check, child);
  }
  if (table && !constraint.name.empty() && surely(*table, table->constraint(constraint.name)) &&
      !contains(a.dropped_constraints, constraint.name)) {
    a.d.fail("constraint " + quoted(constraint.name) + " for relation " + quoted(table->name) + " already exists");
  }
  if (constraint.expression) derive_expression(a.d, *constraint.expression);
  if (constraint.not_valid || !constraint.enforced) return;
  if (constraint.expression) run_expression(a.d, *constraint.expression);
  a.d.effects.may_fail_on_rows = true;
  for (Member& member : a.members) {
    if (merges(a, member.target, constraint)) continue;
    if (member.target.has_rows()) a.d.work(Fact::add_check_scan, member.target, constraint.name);
    if (constraint.no_inherit) return;
  }
}

void scan_key_columns(Alteration& a, const std::vector<std::string>& columns) {
  bool nullable = false;
  for (const std::string& column : columns) {
    for (Member& member : a.members) {
      const Relation* table = member.target.relation;
      const ColumnState* state = table ? table->column(column) : nullptr;
      if (state && state->not_null == Known::yes) continue;
      nullable = true;
      // A column made by the same statement is judged with it.
      if (table && !state && table->complete) continue;
      if (table && proves_not_null(*table, column, a.d.schema, a.dropped_constraints)) continue;
      const bool assumed = !state || state->not_null == Known::unknown;
      if (assumed && table)
        a.d.assume("whether " + quoted(column) + " is already known to hold no null is not known here");
      if (member.target.has_rows()) a.d.work(Fact::add_primary_key_not_null, member.target, column, assumed);
    }
  }
  // SET NOT NULL reaches the children with the lock of the statement.
  if (nullable) {
    for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::add_primary_key_child, child);
  }
}

bool includes_partition_key(const Relation& table, const std::vector<std::string>& columns) {
  if (!table.partition_by) return true;
  return std::all_of(table.partition_by->elements.begin(), table.partition_by->elements.end(),
                     [&](const IndexElement& e) { return !e.column.empty() && contains(columns, e.column); });
}

void add_using_index(Alteration& a, const Constraint& constraint) {
  const QualifiedName name{a.target.name.schema, constraint.using_index};
  const Target index = a.d.target(name, RelationKind::index);
  if (a.target.partitioned()) a.d.fail("USING INDEX is not supported on partitioned tables");
  const bool renamed = !constraint.name.empty() && constraint.name != constraint.using_index;
  a.d.lock(renamed ? Fact::using_index_renamed : Fact::using_index_kept, index);
  if (!index.index) {
    if (a.target.relation && a.target.relation->complete) {
      a.d.fail("index " + quoted(constraint.using_index) + " does not exist");
    }
    if (constraint.kind == Constraint::Kind::primary_key) {
      a.d.assume("the columns of " + quoted(constraint.using_index) +
                 " are not known here, they are taken to be nullable");
      a.d.work(Fact::add_primary_key_not_null, a.target, constraint.using_index, true);
    }
    return;
  }
  if (constraint.kind != Constraint::Kind::primary_key) return;
  if (a.d.server.version >= 16 && index.index->definition.nulls_not_distinct) {
    a.d.fail("primary keys cannot use NULLS NOT DISTINCT indexes");
  }
  std::vector<std::string> columns;
  for (const IndexElement& element : index.index->definition.elements) columns.push_back(element.column);
  scan_key_columns(a, columns);
}

void add_key(Alteration& a, const Constraint& constraint) {
  const bool primary = constraint.kind == Constraint::Kind::primary_key;
  refuse_virtual(a.d, a.target, constraint.columns, primary ? "primary keys" : "unique constraints");
  a.d.effects.may_fail_on_rows = true;
  if (a.target.relation) {
    const ConstraintState* existing = a.target.relation->primary_key();
    if (primary && surely(*a.target.relation, existing) &&
        !contains(a.dropped_constraints, existing->definition.name)) {
      a.d.fail("multiple primary keys for table " + quoted(a.target.name) + " are not allowed");
    }
    if (!includes_partition_key(*a.target.relation, constraint.columns)) {
      a.d.fail("unique constraint on partitioned table must include all partitioning columns");
    }
  }
  if (!constraint.using_index.empty()) return add_using_index(a, constraint);
  if (primary) refuse_unvalidated_not_null(a, constraint.columns);
  if (primary) scan_key_columns(a, constraint.columns);
  if (a.alter.only && a.target.partitioned()) return;
  if (a.target.partitioned()) {
    for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::add_unique_partition, child);
    build_new_indexes(a.d, a.target, primary ? Fact::add_primary_key_build : Fact::add_unique_build);
    return;
  }
  const std::string name = made_name(a.d, a.target, constraint);
  a.d.builds(name);
  a.d.work(primary ? Fact::add_primary_key_build : Fact::add_unique_build, a.target, name);
}

void add_exclusion(Alteration& a, const Constraint& constraint) {
  for (const auto& [element, op] : constraint.exclusion) {
    refuse_virtual(a.d, a.target, {element.column}, "exclusion constraints");
    if (element.expression) restrict_path(a.d, *element.expression);
  }
  a.d.effects.may_fail_on_rows = true;
  if (a.target.partitioned()) {
    if (a.d.server.version < 17) a.d.fail("exclusion constraints are not supported on partitioned tables");
    for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::add_unique_partition, child);
    build_new_indexes(a.d, a.target, Fact::add_exclusion_build);
    return;
  }
  build_new_indexes(a.d, a.target, Fact::add_exclusion_build);
}

void add_table_foreign_key(Alteration& a, const Constraint& constraint) {
  if (a.target.partitioned()) {
    if (a.alter.only) a.d.fail("cannot use ONLY for foreign key on partitioned table " + quoted(a.target.name));
    if (constraint.not_valid && a.d.server.version < 18) {
      a.d.fail("cannot add NOT VALID foreign key on partitioned table " + quoted(a.target.name));
    }
  }
  if (a.d.server.version >= 18 && !a.alter.only && !a.target.partitioned()) {
    for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::add_foreign_key_child, child);
  }
  add_foreign_key(a.d, a.target, constraint, !constraint.not_valid && constraint.enforced, constraint.name);
}

const ConstraintState* find_constraint(const Alteration& a, const std::string& name) {
  return a.target.relation ? a.target.relation->constraint(name) : nullptr;
}

bool contains(const std::vector<QualifiedName>& names, const QualifiedName& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Says that the constraint is missing where that is certain.
void missing_constraint(Alteration& a, const std::string& name) {
  // Named by an earlier action of the same statement.
  for (const AlterAction& action : a.alter.actions) {
    if (const auto* add = action.as<alter::AddConstraint>()) {
      if (add->constraint.name == name) return;
    }
  }
  // The name that the server gave to a NOT NULL before tables or columns were renamed.
  const bool not_null = a.d.server.version >= 18 && name.find("_not_null") != std::string::npos;
  if (a.target.relation && a.target.relation->complete && !not_null) {
    a.d.fail("constraint " + quoted(name) + " of relation " + quoted(a.target.name) + " does not exist");
    return;
  }
  a.d.assume("constraint " + quoted(name) + " is not known here");
}

}  // namespace

void refuse_mismatch(Derivation& d, const Constraint& key,
                     const std::function<const TypeName*(const std::string&)>& type_of) {
  const Relation* parent = d.target(key.references).relation;
  if (!parent) return;
  std::vector<std::string> referenced = key.referenced_columns;
  if (const ConstraintState* primary = parent->primary_key(); referenced.empty() && primary)
    referenced = primary->definition.columns;
  for (std::size_t i = 0; i < key.columns.size() && i < referenced.size(); ++i) {
    const TypeName* own = type_of(key.columns[i]);
    const ColumnState* theirs = parent->column(referenced[i]);
    if (!own || !theirs || types::can_reference(*own, theirs->type, d.schema) != Known::no) continue;
    d.fail("foreign key constraint cannot be implemented: " + quoted(key.columns[i]) + " is " +
           types::format_type(*own) + " and " + quoted(referenced[i]) + " " + types::format_type(theirs->type));
  }
}

void add_foreign_key(Derivation& d, const Target& table, const Constraint& constraint, bool validate,
                     const std::string& written_name) {
  const Target referenced = d.target(constraint.references);
  d.absent(constraint.references, false, "relation");
  d.assume_known(referenced);
  d.lock_family(Fact::add_foreign_key_referenced, referenced);
  refuse_virtual(d, table, constraint.columns, "foreign key constraints");
  refuse_mismatch(d, constraint, [&](const std::string& name) {
    const ColumnState* column = table.relation ? table.relation->column(name) : nullptr;
    return column ? &column->type : nullptr;
  });
  if (table.partitioned()) {
    for (const Target& child : d.descendants(table)) d.lock(Fact::add_foreign_key_partition, child);
  }
  if (referenced.relation && table.relation) {
    const Persistence mine = table.relation->persistence;
    const Persistence theirs = referenced.relation->persistence;
    if (mine == Persistence::permanent && theirs != Persistence::permanent) {
      d.fail("constraints on permanent tables may reference only permanent tables");
    }
  }
  if (!validate) return;
  const std::string name = written_name.empty() ? made_name(d, table, constraint) : written_name;
  const bool recurse = table.partitioned();  // inheritance children do not take part
  const auto members = recurse ? d.family(table) : std::vector<Target>{table};
  bool merged = false, read = false;
  for (const Target& member : members) {
    const ConstraintState* own = member.name == table.name ? nullptr : own_foreign_key(member, constraint, d);
    if (own) {  // its own triggers go away
      d.lock_family(Fact::attach_foreign_key_merged, referenced);
      merged = true;
    }
    if ((!own || !own->valid) && member.has_rows()) {
      d.work(Fact::add_foreign_key_check, member, name);
      read = true;
    }
  }
  if (merged && !read) return;
  d.effects.may_fail_on_rows = true;
  d.validates(name);
}

void add_constraint(Alteration& a, const alter::AddConstraint& action) {
  switch (action.constraint.kind) {
    case Constraint::Kind::check:
      return add_check(a, action.constraint);
    case Constraint::Kind::not_null:
      return add_not_null_constraint(a, action.constraint);
    case Constraint::Kind::primary_key:
    case Constraint::Kind::unique:
      return add_key(a, action.constraint);
    case Constraint::Kind::exclusion:
      return add_exclusion(a, action.constraint);
    case Constraint::Kind::foreign_key:
      return add_table_foreign_key(a, action.constraint);
    default:
      return;
  }
}

void drop_constraint(Alteration& a, const alter::DropConstraint& action) {
  const ConstraintState* state = find_constraint(a, action.name);
  const ColumnState* not_null = state ? nullptr : find_not_null(a, action.name);
  if (not_null) return drop_not_null_constraint(a, *not_null);
  if (!state) {
    // Looked for in each partition before it is found missing.
    if (a.target.partitioned()) {
      for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::drop_constraint_child, child);
    }
    if (!action.if_exists) {
      missing_constraint(a, action.name);
    } else if (!a.target.relation || !a.target.relation->complete) {
      a.d.assume("constraint " + quoted(action.name) + " is not known here");
    }
    return;
  }
  if (state->inherited && !a.target.relation->parents.empty()) {
    a.d.fail("cannot drop inherited constraint " + quoted(action.name));
  }
  if (a.alter.only && a.target.partitioned() && a.d.server.version < 18 && !a.target.relation->children.empty()) {
    a.d.fail("cannot remove constraint from only the partitioned table when partitions exist");
  }
  switch (state->definition.kind) {
    case Constraint::Kind::foreign_key:
      return drop_foreign_key(a.d, a.target, *state);
    case Constraint::Kind::check:
      // Under ONLY the children keep it as their own.
      if (state->definition.no_inherit) return;
      for (const Target& child : a.d.descendants(a.target)) {
        if (!a.alter.only || contains(a.target.relation->children, child.name))
          a.d.lock(Fact::drop_constraint_child, child);
      }
      return;
    default:
      return drop_constraint_index(a.d, a.target, *state, action.cascade);
  }
}

void validate_constraint(Alteration& a, const alter::ValidateConstraint& action) {
  const ConstraintState* state = find_constraint(a, action.name);
  ConstraintState made;
  for (const AlterAction& other : a.alter.actions) {  // constraints are added in an earlier pass
    const auto* add = other.as<alter::AddConstraint>();
    if (!add || made_name(a.d, a.target, add->constraint) != action.name) continue;
    made.definition = add->constraint;
    made.valid = !add->constraint.not_valid;
    state = &made;
  }
  if (state && !state->definition.enforced) {
    a.d.fail("cannot validate NOT ENFORCED constraint " + quoted(action.name));
  }
  if (state && state->valid) return;
  if (!state) {
    const ColumnState* not_null = find_not_null(a, action.name);
    if (not_null) return validate_not_null(a, *not_null, action.name);
    missing_constraint(a, action.name);
    if (a.target.relation && a.target.relation->complete) return;
    a.d.assume("whether " + quoted(action.name) + " is a check or a foreign key is not known here");
  }
  a.d.effects.may_fail_on_rows = true;
  if (state && state->definition.kind == Constraint::Kind::foreign_key) {
    a.d.validates(action.name);
    // Partitions of the referenced table are only read.
    a.d.lock(Fact::validate_referenced, a.d.target(state->definition.references));
    const bool recurse = a.target.partitioned();
    for (const Member& member : a.members) {
      if (recurse && member.target.name != a.target.name) a.d.lock(Fact::validate_constraint_child, member.target);
      if (member.target.has_rows()) a.d.work(Fact::validate_foreign_key, member.target, action.name);
      if (!recurse) return;
    }
    return;
  }
  if (state && state->definition.expression) run_expression(a.d, *state->definition.expression);
  for (const Member& member : a.members) {
    const bool child = member.target.name != a.target.name;
    if (child && state && state->definition.no_inherit) return;
    if (child) a.d.lock(Fact::validate_constraint_child, member.target);
    const ConstraintState* own =
        child && member.target.relation ? member.target.relation->constraint(action.name) : nullptr;
    if (own && own->valid) continue;
    if (member.target.has_rows()) a.d.work(Fact::validate_check, member.target, action.name, !state);
  }
}

void alter_constraint(Alteration& a, const alter::AlterConstraint& action) {
  const ConstraintState* state = find_constraint(a, action.name);
  const ColumnState* not_null = state ? nullptr : find_not_null(a, action.name);
  if (not_null) return alter_not_null(a, *not_null, action);
  if (!state) return missing_constraint(a, action.name);
  const bool check = state->definition.kind == Constraint::Kind::check;
  if (check && action.enforced && a.d.server.version >= 19) {
    const bool read = *action.enforced && !state->definition.enforced;
    a.d.effects.may_fail_on_rows = a.d.effects.may_fail_on_rows || read;
    for (const Member& member : a.members) {
      if (member.target.name != a.target.name) a.d.lock(Fact::alter_constraint_partition, member.target);
      if (read && member.target.has_rows()) a.d.work(Fact::enforce_check, member.target, action.name);
    }
    return;
  }
  if (state->definition.kind != Constraint::Kind::foreign_key && !action.no_inherit) {
    a.d.fail("constraint " + quoted(action.name) + " of relation " + quoted(a.target.name) +
             " is not a foreign key constraint");
  }
  if (action.enforced && *action.enforced && !state->definition.enforced) {
    add_foreign_key(a.d, a.target, state->definition, true, action.name);
  }
  if (action.enforced && !*action.enforced && state->definition.enforced &&
      state->definition.kind == Constraint::Kind::foreign_key) {
    a.d.lock_family(Fact::not_enforced_referenced, a.d.target(state->definition.references));
  }
  if (!a.target.partitioned()) return;
  for (const Target& child : a.d.descendants(a.target)) a.d.lock(Fact::alter_constraint_partition, child);
}

}  // namespace mlint::effect
