#include <algorithm>

#include "analyzer/base/overloaded.h"
#include "analyzer/effect/alter_table.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/volatility.h"

// Actions of ALTER TABLE that the server refuses whatever the rows are (tablecmds.c).
namespace mlint::effect {
namespace {

const ColumnState* column_of(const Alteration& a, const std::string& name) {
  return a.target.relation ? a.target.relation->column(name) : nullptr;
}

// Another action of the statement changes the column before: what the schema says of it does not hold.
bool changed_too(const Alteration& a, const std::string& column, const AlterAction& but) {
  return std::any_of(a.alter.actions.begin(), a.alter.actions.end(), [&](const AlterAction& action) {
    if (&action == &but) return false;
    return std::visit(
        [&](const auto& one) {
          if constexpr (requires { one.column.constraints; })
            return one.column.name == column;
          else if constexpr (requires { one.column == column; })
            return one.column == column;
          else if constexpr (std::is_same_v<std::decay_t<decltype(one)>, alter::DropColumn>)
            return one.name == column;
          else
            return false;
        },
        action.action);
  });
}

void refuse_default(Alteration& a, const std::string& name) {
  const ColumnState* column = column_of(a, name);
  if (column && column->generated) a.d.fail("column " + quoted(name) + " is a generated column");
  if (column && column->identity) a.d.fail("column " + quoted(name) + " is an identity column");
}

void refuse_identity(Alteration& a, const alter::AddIdentity& action) {
  const ColumnState* column = column_of(a, action.column);
  if (!column) return;
  if (column->identity) a.d.fail("column " + quoted(action.column) + " is already an identity column");
  if (!column->identity && column->default_) {
    a.d.fail("column " + quoted(action.column) + " already has a default value");
  }
  if (column->not_null == Known::no) {
    a.d.fail("column " + quoted(action.column) + " must be declared NOT NULL before identity can be added");
  }
}

void refuse_drop_not_null(Alteration& a, const std::string& name) {
  const ColumnState* column = column_of(a, name);
  if (!column) return;
  const ConstraintState* key = a.target.relation->primary_key();
  if (key && contains(key->definition.columns, name) && !contains(a.dropped_constraints, key->definition.name)) {
    a.d.fail("column " + quoted(name) + " is in a primary key");
  }
  if (column->identity) a.d.fail("column " + quoted(name) + " is an identity column");
  for (const QualifiedName& parent : a.target.relation->parents) {
    const Relation* above = a.d.schema.find(parent);
    const ColumnState* inherited = above ? above->column(name) : nullptr;
    if (!inherited || inherited->not_null != Known::yes) continue;
    if (a.target.relation->is_partition() || a.d.server.version >= 18) {
      a.d.fail("column " + quoted(name) + " is marked NOT NULL in parent table");
    }
  }
}

// The expression of a new generated column.
void refuse_generation(Alteration& a, const Column& column, const Constraint& generated) {
  if (!generated.expression || !a.target.relation) return;
  const Expr& expression = *generated.expression;
  for (const std::string& read : columns_of(expression)) {
    const ColumnState* other = column_of(a, read);
    if (other && other->generated) {
      a.d.fail("cannot use generated column " + quoted(read) + " in column generation expression");
    }
  }
  if (volatility_of(expression, a.d.schema, a.target.relation, a.d.server.version) == Volatility::volatile_) {
    a.d.fail("generation expression is not immutable");
  }
  if (generated.generated_stored) return;
  const TypeState* type = a.d.schema.find_type(column.type.name);
  if (type && type->kind == TypeState::Kind::domain) {
    a.d.fail("virtual generated column " + quoted(column.name) + " cannot have a domain type");
  }
  for_each_node(expression, [&](const Expr& node) {
    if (node.kind != Expr::Kind::call || is_server_function(node.name)) return;
    if (a.d.schema.find_function({node.schema, node.name})) {
      a.d.fail("generation expression of a virtual column uses user-defined function " + quoted(node.name));
    }
  });
}

void refuse_new_column(Alteration& a, const alter::AddColumn& action) {
  if (a.target.relation && !a.target.relation->of_type.name.empty()) a.d.fail("cannot add column to typed table");
  for (const Constraint& constraint : action.column.constraints) {
    if (constraint.kind == Constraint::Kind::generated) refuse_generation(a, action.column, constraint);
  }
}

// An array becomes no scalar, and the other way round, unless USING says how. Text takes anything by assignment.
bool casts_nowhere(const ColumnState& column, const TypeName& to) {
  if (!types::is_known(column.type) || !types::is_known(to)) return false;
  if ((column.type.array_dimensions > 0) == (to.array_dimensions > 0)) return false;
  const TypeName wanted = types::canonical_builtin(to);
  const bool text = wanted.name.name == "text" || wanted.name.name == "varchar" || wanted.name.name == "bpchar";
  return to.array_dimensions > 0 || !text;
}

void refuse_type(Alteration& a, const alter::SetType& action) {
  const ColumnState* column = column_of(a, action.column);
  if (!column) return;
  if (!a.target.relation->of_type.name.empty() && a.alter.written != RelationKind::composite_type) {
    a.d.fail("cannot alter column type of typed table");
  }
  const TypeState* user = a.d.schema.find_type(action.type.name);
  const TypeState* own = a.d.schema.find_type(column->type.name);
  if (!action.using_ && !user && !own && casts_nowhere(*column, action.type)) {
    a.d.fail("column " + quoted(action.column) + " cannot be cast automatically");
  }
  // A child that has the column from another parent too.
  for (const Member& member : a.members) {
    if (!member.target.relation || member.target.name == a.target.name) continue;
    for (const QualifiedName& name : member.target.relation->parents) {
      const Relation* parent = a.d.schema.find(name);
      const bool within = std::any_of(a.members.begin(), a.members.end(),
                                      [&](const Member& other) { return parent && other.target.name == parent->name; });
      if (parent && !within && parent->column(action.column)) {
        a.d.fail("cannot alter inherited column " + quoted(action.column) + " of relation " +
                 quoted(member.target.name));
      }
    }
  }
}

void refuse_index(Alteration& a, const Constraint& constraint) {
  if (constraint.using_index.empty() || !a.target.relation) return;
  const IndexState* index = a.target.relation->index(constraint.using_index);
  if (!index) return;
  const CreateIndex& definition = index->definition;
  if (!definition.unique) a.d.fail(quoted(constraint.using_index) + " is not a unique index");
  if (definition.where) a.d.fail(quoted(constraint.using_index) + " is a partial index");
  for (const IndexElement& element : definition.elements) {
    if (element.expression) a.d.fail("index " + quoted(constraint.using_index) + " contains expressions");
    if (element.descending) a.d.fail("index " + quoted(constraint.using_index) + " does not have default sorting");
  }
  if (!index->valid) a.d.fail("index " + quoted(constraint.using_index) + " is not valid");
}

void refuse_constraint(Alteration& a, const Constraint& constraint) {
  refuse_index(a, constraint);
  if (constraint.kind != Constraint::Kind::foreign_key) return;
  const Relation* table = a.d.schema.find(constraint.references);
  std::size_t referenced = constraint.referenced_columns.size();
  if (referenced == 0 && table && table->primary_key()) referenced = table->primary_key()->definition.columns.size();
  if (referenced != 0 && !constraint.columns.empty() && referenced != constraint.columns.size()) {
    a.d.fail("number of referencing and referenced columns for foreign key disagree");
  }
}

// What a child has to have before it joins a parent.
void refuse_child(Derivation& d, const Relation* parent, const Relation* child) {
  if (!parent || !child || !parent->complete || !child->complete) return;
  for (const ColumnState& column : parent->columns) {
    const ColumnState* own = child->column(column.name);
    if (!own) {
      d.fail("child table is missing column " + quoted(column.name));
    } else if (column.not_null == Known::yes && column.not_null_valid && own->not_null == Known::no) {
      d.fail("column " + quoted(column.name) + " in child table must be marked NOT NULL");
    } else if (column.generated && !own->generated) {
      d.fail("column " + quoted(column.name) + " in child table must be a generated column");
    } else if (!column.generated && own->generated && d.server.version >= 16) {
      d.fail("column " + quoted(column.name) + " in child table must not be a generated column");
    }
  }
}

void refuse_validation(Alteration& a, const alter::ValidateConstraint& action) {
  const ConstraintState* state = a.target.relation ? a.target.relation->constraint(action.name) : nullptr;
  const bool recurses = state && state->definition.kind == Constraint::Kind::check && !state->definition.no_inherit;
  if (a.alter.only && recurses && !state->valid && !a.target.relation->children.empty()) {
    a.d.fail("constraint must be validated on child tables too");
  }
}

}  // namespace

void refuse_impossible(Alteration& a, const AlterAction& action) {
  std::visit(
      overloaded{
          [&](const alter::SetDefault& s) {
            if (!changed_too(a, s.column, action)) refuse_default(a, s.column);
          },
          [&](const alter::AddIdentity& s) {
            if (!changed_too(a, s.column, action)) refuse_identity(a, s);
          },
          [&](const alter::DropNotNull& s) {
            if (!changed_too(a, s.column, action)) refuse_drop_not_null(a, s.column);
          },
          [&](const alter::DropExpression& s) {
            const ColumnState* column = column_of(a, s.column);
            if (column && is_virtual(*column)) {
              a.d.fail("DROP EXPRESSION is not supported for virtual generated columns");
            }
          },
          [&](const alter::SetStatistics& s) { refuse_virtual(a.d, a.target, {s.column}, "statistics"); },
          [&](const alter::AddColumn& s) { refuse_new_column(a, s); },
          [&](const alter::SetType& s) {
            if (!changed_too(a, s.column, action)) refuse_type(a, s);
          },
          [&](const alter::AddConstraint& s) { refuse_constraint(a, s.constraint); },
          [&](const alter::ValidateConstraint& s) { refuse_validation(a, s); },
          [&](const alter::AttachPartition& s) { refuse_child(a.d, a.target.relation, a.d.schema.find(s.partition)); },
          [&](const alter::Inherit& s) { refuse_child(a.d, a.d.schema.find(s.parent), a.target.relation); },
          [&](const alter::SetLogged&) {
            if (a.target.partitioned() && a.d.server.version >= 18) {
              a.d.fail("ALTER action SET LOGGED cannot be performed on a partitioned table");
            }
          },
          [](const auto&) {}},
      action.action);
}

}  // namespace mlint::effect
