#include <algorithm>
#include <optional>
#include <string_view>

#include "analyzer/effect/alter_table.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/volatility.h"

// ADD COLUMN: ATExecAddColumn of tablecmds.c.
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
    if (type->not_null && (!value || is_null_constant(*value))) return true;
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
  if (constrained == Known::unknown && (!value || is_null_constant(*value))) {
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

// A child that has a column of that name keeps it as it is.
bool has_already(const Alteration& a, const Member& member, const std::string& column) {
  return member.target.name != a.target.name && member.target.relation && member.target.relation->column(column);
}

void scan_new_column(Alteration& a, const Column& column, const NewColumn& facts, const Expr* value) {
  const bool filled = (value && !is_null_constant(*value)) || facts.identity || facts.serial || facts.stored;
  for (Member& member : a.members) {
    if (!member.target.has_rows()) continue;
    if ((facts.not_null || facts.key) && !filled && !has_already(a, member, column.name)) {
      a.d.work(Fact::add_column_not_null, member.target, column.name);
      a.d.effects.may_fail_on_rows = true;
    }
    for (const Constraint* check : facts.checks) {
      if (check->enforced) a.d.work(Fact::add_column_check, member.target, check->name);
      a.d.effects.may_fail_on_rows = true;
    }
  }
}

}  // namespace

void add_column(Alteration& a, const alter::AddColumn& action) {
  const Column& column = action.column;
  if (a.target.relation) {
    if (surely(*a.target.relation, a.target.relation->column(column.name)) &&
        !contains(a.dropped_columns, column.name)) {
      if (!action.if_not_exists) {
        a.d.fail("column " + quoted(column.name) + " of relation " + quoted(a.target.name) + " already exists");
      }
      return;
    }
    if (action.if_not_exists && (!a.target.relation->complete || a.target.relation->column(column.name)))
      a.d.assume("whether " + quoted(a.target.name) + " has column " + quoted(column.name) + " is not known here");
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
    for (Member& member : a.members) {
      if (!has_already(a, member, column.name)) rewrite(member, a.d, why->fact, column.name, why->assumed);
    }
  }
  scan_new_column(a, column, facts, value);
  if (value) run_expression(a.d, *value);
  run_domain_checks(a.d, column.type);
  for (const Constraint& constraint : column.constraints) {
    const bool evaluated = constraint.kind == Constraint::Kind::check || constraint.kind == Constraint::Kind::generated;
    if (evaluated && constraint.expression) run_expression(a.d, *constraint.expression);
  }
  if (!facts.keys.empty()) {
    build_new_indexes(a.d, a.target, facts.key ? Fact::add_primary_key_build : Fact::add_unique_build);
    a.d.effects.may_fail_on_rows = true;
  }
  add_inline_foreign_keys(a, column, facts);
  const bool recurses = a.target.relation && !a.target.relation->children.empty();
  if (facts.identity && recurses && (a.d.server.version < 17 || !a.target.partitioned())) {
    a.d.fail("cannot recursively add identity column to table that has child tables");
  }
}

}  // namespace mlint::effect
