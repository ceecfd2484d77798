#include <algorithm>
#include <optional>
#include <string_view>

#include "analyzer/effect/alter_table.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/implication.h"
#include "analyzer/schema/type_data.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/volatility.h"

// ADD COLUMN, ALTER COLUMN TYPE, NOT NULL, identity: ATExecAddColumn and ATPrepAlterColumnType of tablecmds.c.
namespace mlint::effect {
namespace {

struct NewColumn {
  const Expr* default_ = nullptr;
  bool serial = false, identity = false, stored = false, virtual_ = false, not_null = false, key = false;
  std::vector<const Constraint*> checks, keys, foreign_keys;
};

NewColumn read_column(const Column& column) {
  NewColumn out;
  out.serial = !types::serial_base(column.type.name.name).empty();
  out.not_null = out.serial;
  for (const Constraint& constraint : column.constraints) {
    switch (constraint.kind) {
      case Constraint::Kind::not_null:
        out.not_null = true;
        break;
      case Constraint::Kind::default_:
        if (constraint.expression) out.default_ = &*constraint.expression;
        break;
      case Constraint::Kind::identity:
        out.identity = out.not_null = true;
        break;
      case Constraint::Kind::generated:
        (constraint.generated_stored ? out.stored : out.virtual_) = true;
        break;
      case Constraint::Kind::check:
        out.checks.push_back(&constraint);
        break;
      case Constraint::Kind::primary_key:
        out.key = true;
        [[fallthrough]];
      case Constraint::Kind::unique:
        out.keys.push_back(&constraint);
        break;
      case Constraint::Kind::foreign_key:
        out.foreign_keys.push_back(&constraint);
        break;
      default:
        break;
    }
  }
  return out;
}

bool is_null(const Expr& e) {
  if (e.kind == Expr::Kind::cast && e.arguments.size() == 1) return is_null(e.arguments[0]);
  return e.kind == Expr::Kind::constant && e.type.name.name == "null";
}

// The default of the type itself, where the column has none.
const Expr* domain_default(const TypeName& type, const Schema& schema) {
  if (type.array_dimensions > 0) return nullptr;
  const TypeState* state = schema.find_type(type.name);
  for (int depth = 0; state && depth < 32; ++depth) {
    if (state->kind != TypeState::Kind::domain) return nullptr;
    if (state->default_) return &*state->default_;
    state = state->base.array_dimensions > 0 ? nullptr : schema.find_type(state->base.name);
  }
  return nullptr;
}

void lock_sequences(Derivation& d, const Expr& expression) {
  for_each_node(expression, [&](const Expr& node) {
    if (node.kind != Expr::Kind::call || node.name != "nextval" || node.arguments.size() != 1) return;
    const Expr* argument = &node.arguments[0];
    while (argument->kind == Expr::Kind::cast && argument->arguments.size() == 1) argument = &argument->arguments[0];
    if (argument->kind != Expr::Kind::constant) return;
    const std::size_t dot = argument->name.find('.');
    const QualifiedName name = dot == std::string::npos
                                   ? QualifiedName{"", argument->name}
                                   : QualifiedName{argument->name.substr(0, dot), argument->name.substr(dot + 1)};
    d.lock(Fact::default_sequence, d.target(name, RelationKind::sequence));
  });
}

struct Rewrite {
  Fact fact;
  bool assumed = false;
};

void assume_volatile(Derivation& d, const Expr& value) {
  bool named = false;
  for_each_node(value, [&](const Expr& node) {
    if (node.kind != Expr::Kind::call || d.schema.find_function({node.schema, node.name})) return;
    if (is_server_function(node.name)) return;
    named = true;
    d.assume("the volatility of " + quoted(node.name) + "() is not known here, it is taken to be volatile");
  });
  if (!named) d.assume("the volatility of the default is not known here, it is taken to be volatile");
}

// Since 19 one value for all rows is put through the domain's checks, unless they are volatile or refuse it: of that
// only NOT NULL without a default is seen here.
bool needs_each_row(const Derivation& d, const TypeName& column, const Expr* value) {
  if (column.array_dimensions > 0) return true;
  const TypeState* type = d.schema.find_type(column.name);
  for (int depth = 0; type && depth < 32; ++depth) {
    if (type->kind != TypeState::Kind::domain) return false;
    if (type->not_null && (!value || is_null(*value))) return true;
    for (const ConstraintState& check : type->constraints) {
      if (!check.definition.expression) continue;
      const Volatility found = volatility_of(*check.definition.expression, d.schema, nullptr, d.server.version);
      if (found != Volatility::immutable && found != Volatility::stable) return true;
    }
    type = d.schema.find_type(type->base.name);
  }
  return type != nullptr;
}

// Why the heap has to be copied, if it has.
std::optional<Rewrite> rewrite_for(Derivation& d, const Column& column, const NewColumn& facts, const Expr* value) {
  const Known constrained = types::is_constrained_domain(column.type, d.schema);
  if (facts.stored) return Rewrite{Fact::add_column_generated_stored};
  if (facts.virtual_) return std::nullopt;
  if (facts.identity) return Rewrite{Fact::add_column_identity};
  if (facts.serial) return Rewrite{Fact::add_column_serial};
  if (constrained == Known::yes && d.server.version < 19) return Rewrite{Fact::add_column_domain};
  if (constrained == Known::yes && needs_each_row(d, column.type, value)) {
    return Rewrite{Fact::add_column_domain_volatile};
  }
  if (constrained == Known::unknown && (!value || is_null(*value))) {
    d.assume("the type of " + quoted(column.name) + " is not known here, it is taken to be no constrained domain");
  }
  if (!value) return std::nullopt;
  const Volatility volatility = volatility_of(*value, d.schema, nullptr, d.server.version);
  if (volatility == Volatility::immutable || volatility == Volatility::stable) return std::nullopt;
  lock_sequences(d, *value);
  const bool assumed = volatility == Volatility::unknown;
  if (assumed) assume_volatile(d, *value);
  return Rewrite{Fact::add_column_volatile_default, assumed};
}

void add_inline_foreign_keys(Alteration& a, const Column& column, const NewColumn& facts) {
  // transformColumnDefinition: without a default (or the like) the new column is null everywhere.
  const bool has_values = facts.default_ || facts.serial || facts.stored || facts.virtual_;
  for (const Constraint* constraint : facts.foreign_keys) {
    Constraint key = *constraint;
    key.columns = {column.name};
    refuse_mismatch(a.d, key, [&](const std::string&) { return &column.type; });
    add_foreign_key(a.d, a.target, key, has_values, constraint->name);
  }
}

void scan_new_column(Alteration& a, const Column& column, const NewColumn& facts, const Expr* value) {
  const bool filled = (value && !is_null(*value)) || facts.identity || facts.serial || facts.stored;
  for (Member& member : a.members) {
    if (!member.target.has_rows()) continue;
    if ((facts.not_null || facts.key) && !filled) {
      a.d.work(Fact::add_column_not_null, member.target, column.name);
      a.d.effects.may_fail_on_rows = true;
    }
    for (const Constraint* check : facts.checks) {
      if (check->enforced) a.d.work(Fact::add_column_check, member.target, check->name);
      a.d.effects.may_fail_on_rows = true;
    }
  }
}

bool touches(const IndexState& index, std::string_view column) {
  const CreateIndex& definition = index.definition;
  const bool key = std::any_of(definition.elements.begin(), definition.elements.end(), [&](const IndexElement& e) {
    return e.expression ? mentions_column(*e.expression, column) : e.column == column;
  });
  return key || contains(definition.include, column) ||
         (definition.where && mentions_column(*definition.where, column));
}

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
    if (!touches(index, change.column)) continue;
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
  const bool same = !assumed && types::change_revalidates_foreign_key(change.from, change.to, a.d.schema) == Known::no;
  for (const ConstraintState& constraint : table.constraints) {
    const Constraint& key = constraint.definition;
    if (key.kind != Constraint::Kind::foreign_key || !contains(key.columns, change.column)) continue;
    if (contains(a.dropped_constraints, key.name)) continue;
    a.d.lock_family(Fact::set_type_referenced, a.d.target(key.references));
    if (!same && constraint.valid && key.enforced) revalidate(a, a.target, key);
  }
  for (const auto& [referencing, constraint] : a.d.schema.referencing(table.name)) {
    const Constraint& key = constraint->definition;
    const ConstraintState* primary = table.primary_key();
    const bool uses = key.referenced_columns.empty() ? primary && contains(primary->definition.columns, change.column)
                                                     : contains(key.referenced_columns, change.column);
    if (!uses) continue;
    const Target other = a.d.target(*referencing);
    a.d.lock_family(Fact::set_type_referencing, other);
    if (!same && constraint->valid && key.enforced) revalidate(a, other, key);
  }
}

bool reads_column(const Relation& view, const QualifiedName& table, const std::string& column) {
  return std::any_of(view.reads_columns.begin(), view.reads_columns.end(),
                     [&](const ColumnRef& ref) { return ref.relation == table && ref.column == column; });
}

// What RememberAllDependentForRebuilding and ATPrepAlterColumnType refuse.
void refuse_type_change(Alteration& a, const std::string& column) {
  const Relation& table = *a.target.relation;
  for (const Relation* view : a.d.schema.views_on(table.name)) {
    if (reads_column(*view, table.name, column)) {
      a.d.fail("cannot alter type of a column used by a view or rule: " + quoted(view->name) + " reads " +
               quoted(column));
    }
  }
  for (const ColumnState& other : table.columns) {
    if (other.generated && other.name != column && mentions_column(*other.generated, column)) {
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
  if (table.partition_by) {
    for (const IndexElement& element : table.partition_by->elements) {
      if (element.column == column || (element.expression && mentions_column(*element.expression, column))) {
        a.d.fail("cannot alter column " + quoted(column) + " because it is part of the partition key");
      }
    }
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

void add_column(Alteration& a, const alter::AddColumn& action) {
  const Column& column = action.column;
  if (a.target.relation) {
    if (a.target.relation->column(column.name) && !contains(a.dropped_columns, column.name)) {
      if (!action.if_not_exists) {
        a.d.fail("column " + quoted(column.name) + " of relation " + quoted(a.target.name) + " already exists");
      }
      return;
    }
    if (a.target.relation->is_partition()) a.d.fail("cannot add column to a partition");
    if (a.alter.only && !a.target.relation->children.empty()) a.d.fail("column must be added to child tables too");
  }
  const NewColumn facts = read_column(column);
  if (facts.virtual_ && (!facts.keys.empty() || !facts.foreign_keys.empty())) {
    a.d.fail("keys and foreign keys on virtual generated columns are not supported");
  }
  const Expr* value = facts.default_ ? facts.default_ : domain_default(column.type, a.d.schema);
  const auto why = rewrite_for(a.d, column, facts, value);
  if (why) {
    for (Member& member : a.members) rewrite(member, a.d, why->fact, column.name, why->assumed);
  }
  scan_new_column(a, column, facts, value);
  if (!facts.keys.empty()) {
    build_new_indexes(a.d, a.target, facts.key ? Fact::add_primary_key_build : Fact::add_unique_build);
    a.d.effects.may_fail_on_rows = true;
  }
  add_inline_foreign_keys(a, column, facts);
}

// ATExecDropColumn: every child is locked; it loses the column where that comes from this parent alone and the child
// did not declare it too, and then its own children are next. Under ONLY the children keep it as their own.
LosingColumn losing_column(const Alteration& a, std::string_view column) {
  LosingColumn losing{{a.target}, {}};
  for (std::size_t i = 0; i < losing.tables.size(); ++i) {
    const Relation* table = losing.tables[i].relation;
    if (!table || (table->complete && !table->column(column))) continue;
    for (const QualifiedName& name : table->children) {
      const Relation* child = a.d.schema.find(name);
      if (!child) continue;
      losing.children.push_back(a.d.target(*child));
      const ColumnState* state = child->column(column);
      const auto parents =
          std::count_if(child->parents.begin(), child->parents.end(), [&](const QualifiedName& parent) {
            const Relation* relation = a.d.schema.find(parent);
            return relation && relation->column(column);
          });
      if (!a.alter.only && (!state || !state->local) && parents <= 1) losing.tables.push_back(a.d.target(*child));
    }
  }
  return losing;
}

void drop_column(Alteration& a, const alter::DropColumn& action) {
  const Relation* table = a.target.relation;
  if (table && !table->column(action.name)) {
    if (action.if_exists) return;
    if (table->complete)
      a.d.fail("column " + quoted(action.name) + " of relation " + quoted(table->name) + " does not exist");
  }
  if (table) {
    const ColumnState* state = table->column(action.name);
    if (state && state->inherited && !table->parents.empty()) {
      a.d.fail("cannot drop inherited column " + quoted(action.name));
    }
    if (a.alter.only && table->partition_by && !table->children.empty()) {
      a.d.fail("cannot drop column from only the partitioned table when partitions exist");
    }
    if (table->partition_by) {
      for (const IndexElement& element : table->partition_by->elements) {
        if (element.column == action.name ||
            (element.expression && mentions_column(*element.expression, action.name))) {
          a.d.fail("cannot drop column " + quoted(action.name) + " because it is part of the partition key");
        }
      }
    }
  }
  a.d.effects.loses_data = true;
  a.d.effects.reversible = false;
  drop_column(a.d, losing_column(a, action.name).tables, action.name, action.cascade);
}

void set_type(Alteration& a, const alter::SetType& action) {
  if (!a.target.relation) {
    a.d.assume("the type of " + quoted(action.column) + " is not known here, the change is taken to rewrite the table");
    rewrite(a.members[0], a.d, Fact::set_type_rewrite, action.column, true);
    a.d.effects.may_fail_on_rows = true;
    return;
  }
  refuse_type_change(a, action.column);
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

// A virtual column has no values to keep: constraints over it are checked again instead (ATExecSetExpression).
void check_virtual_again(Alteration& a, Member& member, const ColumnState& column) {
  const auto& constraints = member.target.relation->constraints;
  if (std::any_of(constraints.begin(), constraints.end(), [](const ConstraintState& constraint) {
        return constraint.definition.kind == Constraint::Kind::check;
      })) {
    a.d.fail("SET EXPRESSION of a virtual column is not supported on tables with check constraints");
  }
  if (column.not_null != Known::yes || !member.target.has_rows()) return;
  a.d.work(Fact::set_not_null_scan, member.target, column.name);
  a.d.effects.may_fail_on_rows = true;
}

void set_expression(Alteration& a, const alter::SetExpression& action) {
  if (a.d.server.version < 17) a.d.fail("SET EXPRESSION needs PostgreSQL 17");
  for (Member& member : a.members) {
    const ColumnState* state = member.target.relation ? member.target.relation->column(action.column) : nullptr;
    if (state && is_virtual(*state)) {
      check_virtual_again(a, member, *state);
      continue;
    }
    rewrite(member, a.d, Fact::set_expression_rewrite, action.column, !state);
  }
}

void identity(Alteration& a, const std::string& column, Fact sequence_fact) {
  if (!a.target.relation) return;
  const ColumnState* state = a.target.relation->column(column);
  if (!state || !state->identity || state->owned_sequence.empty()) return;
  a.d.lock(sequence_fact,
           a.d.target(QualifiedName{a.target.name.schema, state->owned_sequence}, RelationKind::sequence));
}

void column_storage(Alteration& a, const std::string&, bool recurse) {
  for (const Member& member : a.members) {
    if (!member.target.relation) continue;
    for (const IndexState& index : member.target.relation->indexes) {
      a.d.lock(Fact::set_storage_index, a.d.target(*member.target.relation, index));
    }
    if (!recurse) return;
  }
}

}  // namespace mlint::effect
