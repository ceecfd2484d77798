#include "analyzer/schema/uncertain.h"

#include "analyzer/schema/alter.h"
#include "analyzer/schema/names.h"

namespace mlint {
namespace {

// Which of two definitions a column has is not known.
void leave_either(const Catalog& catalog, const Column& other, ColumnState& column) {
  if (!(catalog.resolve_type(other.type) == column.type)) column.type = {};
  column.null_in_old_rows = false;
  bool required = false;
  for (const Constraint& c : other.constraints)
    required = required || c.kind == Constraint::Kind::not_null || c.kind == Constraint::Kind::primary_key;
  if (required != (column.not_null == Known::yes)) column.not_null = Known::unknown;
}

bool make_room_for_index(Catalog& catalog, const QualifiedName& name, bool if_not_exists) {
  const IndexHome* home = catalog.indexes.find(name);
  Relation* table = home ? catalog.edit(home->table) : nullptr;
  const IndexState* index = table ? table->index(name.name) : nullptr;
  if (!index || (index->certain && table->certain) || if_not_exists) return false;
  if (const std::string constraint = index->constraint; !constraint.empty())
    catalog.remove_constraint(*table, constraint);
  return catalog.remove_index(*table, name.name);
}

}  // namespace

void doubt(Relation& relation) {
  relation.complete = relation.certain = false;
  for (std::size_t i = 0; i < relation.constraints.size(); ++i) {
    if (relation.constraints[i].valid) relation.constraints.edit(i).valid = false;
  }
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    ColumnState& column = relation.columns.edit(i);
    column.type = {};
    if (column.not_null == Known::yes) column.not_null = Known::unknown;
  }
}

bool make_room(Catalog& catalog, const QualifiedName& name, bool if_not_exists) {
  if (!catalog.class_name_taken(name)) return true;
  const Relation* found = catalog.relations.find(name);
  if (!found) return make_room_for_index(catalog, name, if_not_exists);
  if (found->certain) return false;
  if (!if_not_exists) {
    table::drop_relation(catalog, name);
    return true;
  }
  doubt(*catalog.edit(name));
  return false;
}

bool make_room(const Catalog& catalog, Relation& table, const Column& column, bool if_not_exists) {
  const std::string name = names::truncate(column.name);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name != name) continue;
    if (table.columns[i].certain) return false;
    if (!if_not_exists) {
      table.columns.erase(i);
      return true;
    }
    ColumnState& either = table.columns.edit(i);
    either.certain = true;
    leave_either(catalog, column, either);
    return false;
  }
  return true;
}

void make_room(Catalog& catalog, Relation& table, const Constraint& constraint) {
  const ConstraintState* found = constraint.name.empty() ? nullptr : table.constraint(names::truncate(constraint.name));
  if (found && !found->certain) catalog.remove_constraint(table, std::string(found->definition.name));
}

}  // namespace mlint
