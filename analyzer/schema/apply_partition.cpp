// Children and partitions that come to a parent and leave it.
#include <utility>

#include "analyzer/schema/alter.h"

namespace mlint {
namespace {

using Kind = Constraint::Kind;

}  // namespace

void mark_inherited(Relation& child, const Relation& parent, bool inherited, bool partition) {
  for (std::size_t i = 0; i < child.columns.size(); ++i) {
    if (!parent.column(child.columns[i].name)) continue;
    ColumnState& column = child.columns.edit(i);
    column.inherited = inherited;
    if (partition) column.local = !inherited;
  }
  for (std::size_t i = 0; i < child.constraints.size(); ++i) {
    const ConstraintState& constraint = child.constraints[i];
    const ConstraintState* above = parent.constraint(constraint.definition.name);
    if (constraint.definition.kind != Kind::check || !above || above->definition.kind != Kind::check) continue;
    child.constraints.edit(i).inherited = inherited;
    if (partition) child.constraints.edit(i).local = !inherited;
  }
}

void keep_bound_as_check(Catalog& catalog, const QualifiedName& parent_name, const QualifiedName& partition) {
  const Relation* parent = catalog.relations.find(parent_name);
  Relation* child = catalog.edit(partition);
  if (!child || !parent || !parent->partition_by || !child->bound || child->bound->is_default) return;
  Constraint check;
  check.kind = Kind::check;
  Expr all;
  all.kind = Expr::Kind::and_;
  for (const IndexElement& element : parent->partition_by->elements) {
    Expr column;
    column.kind = Expr::Kind::column;
    column.name = element.column;
    Expr test;
    test.kind = Expr::Kind::is_not_null;
    test.arguments.push_back(element.expression ? *element.expression : column);
    all.arguments.push_back(std::move(test));
  }
  Expr bound;
  bound.kind = Expr::Kind::other;
  bound.name = "partition bound";
  all.arguments.push_back(std::move(bound));
  check.expression = std::move(all);
  table::add_check(catalog, *child, check, false, true);
}

void leave_parent(Catalog& catalog, const QualifiedName& parent_name, const QualifiedName& child_name) {
  Relation* parent = catalog.edit(parent_name);
  Relation* child = catalog.edit(child_name);
  if (!child) return;
  const bool partition = child->bound.has_value();
  std::erase(child->parents, parent_name);
  child->bound.reset();
  if (parent) {
    std::erase(parent->children, child_name);
    mark_inherited(*child, *parent, false, true);
  }
  if (!partition) return;
  for (std::size_t i = 0; i < child->indexes.size(); ++i)
    if (!child->indexes[i].parent.name.empty()) child->indexes.edit(i).parent = {};
  for (std::size_t i = 0; i < child->constraints.size(); ++i)
    if (child->constraints[i].inherited) {
      child->constraints.edit(i).inherited = false;
      child->constraints.edit(i).local = true;
    }
  child->triggers.erase_if([](const TriggerState& trigger) { return trigger.inherited; });
}

}  // namespace mlint
