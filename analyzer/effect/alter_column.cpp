#include <algorithm>
#include <string_view>

#include "analyzer/effect/alter_table.h"
#include "analyzer/schema/expressions.h"

// DROP COLUMN, SET EXPRESSION, identity, storage.
namespace mlint::effect {

bool in_partition_key(const Relation& table, std::string_view column) {
  if (!table.partition_by) return false;
  const auto& elements = table.partition_by->elements;
  return std::any_of(elements.begin(), elements.end(), [&](const IndexElement& element) {
    return element.column == column || (element.expression && mentions_column(*element.expression, column));
  });
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
  }
  const LosingColumn losing = losing_column(a, action.name);
  for (const Target& member : losing.tables) {
    if (member.relation && in_partition_key(*member.relation, action.name)) {
      a.d.fail("cannot drop column " + quoted(action.name) + " because it is part of the partition key");
    }
  }
  a.d.effects.loses_data = true;
  a.d.effects.reversible = false;
  std::vector<std::string> gone;  // DROP EXPRESSION runs in the pass of the drops
  for (const AlterAction& earlier : a.alter.actions) {
    const auto* drop = earlier.as<alter::DropColumn>();
    if (drop == &action) break;
    if (drop) gone.push_back(drop->name);
    if (const auto* expression = earlier.as<alter::DropExpression>()) gone.push_back(expression->column);
  }
  drop_column(a.d, losing.tables, action.name, action.cascade, gone);
}

namespace {

// A virtual column has no values to keep: constraints over it are checked again instead (ATExecSetExpression).
void check_virtual_again(Alteration& a, Member& member, const ColumnState& column) {
  const auto& constraints = member.target.relation->constraints;
  const bool checked = std::any_of(constraints.begin(), constraints.end(), [](const ConstraintState& constraint) {
    return constraint.definition.kind == Constraint::Kind::check;
  });
  if (checked && a.d.server.version < 19) {
    a.d.fail("SET EXPRESSION of a virtual column is not supported on tables with check constraints");
  } else if (checked && member.target.has_rows()) {
    a.d.work(Fact::set_expression_check, member.target, column.name);
    a.d.effects.may_fail_on_rows = true;
  }
  if (column.not_null != Known::yes || !member.target.has_rows()) return;
  a.d.work(Fact::set_not_null_scan, member.target, column.name);
  a.d.effects.may_fail_on_rows = true;
}

}  // namespace

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
