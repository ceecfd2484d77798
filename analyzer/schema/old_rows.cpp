#include "analyzer/schema/old_rows.h"

#include <algorithm>

namespace mlint {
namespace {

// A type that was never seen may be a domain with a default, unless an extension is known to bring it.
bool has_default(const Catalog& catalog, TypeName type) {
  for (int depth = 0; depth < 20 && type.array_dimensions == 0 && type.name.schema != "pg_catalog"; ++depth) {
    const TypeState* state = catalog.find_type(type.name);
    if (state == nullptr) return !is_of_extension(type.name.name);
    if (state->default_) return true;
    if (state->kind == TypeState::Kind::base) return state->extension.empty();  // CREATE TYPE (…, DEFAULT = …)
    if (state->kind != TypeState::Kind::domain) return false;
    type = state->base;
  }
  return false;
}

// New rows count as well: a rule on the column has to hold for them too.
bool writes(const Query& query, const ColumnState& column) {
  if (query.kind == Query::Kind::merge) return true;
  const bool assigned =
      std::any_of(query.assignments.begin(), query.assignments.end(),
                  [&](const Query::Assignment& assignment) { return assignment.column == column.name; });
  if (assigned || query.kind != Query::Kind::insert) return assigned;
  const std::vector<std::string>& given = query.columns;
  return given.empty() || column.default_ || std::find(given.begin(), given.end(), column.name) != given.end();
}

void note_written(Catalog& catalog, const QualifiedName& name, const Query& query) {
  const Relation* table = catalog.find(name);
  for (std::size_t i = 0; table != nullptr && i < table->columns.size(); ++i) {
    if (!table->columns[i].null_in_old_rows || !writes(query, table->columns[i])) continue;
    Relation* written = catalog.edit(name);
    written->columns.edit(i).null_in_old_rows = false;
    table = written;
  }
}

}  // namespace

bool fills_with_null(const Catalog& catalog, const ColumnState& added) {
  return !added.default_ && !added.generated && !added.identity && !has_default(catalog, added.type);
}

bool keeps_null(const Expr& value, const std::string& column) {
  if (value.kind == Expr::Kind::cast) return !value.arguments.empty() && keeps_null(value.arguments.front(), column);
  return value.kind == Expr::Kind::column && value.name == column;
}

void note_written(Catalog& catalog, const Query& query) {
  for (const std::shared_ptr<const Query>& part : query.subqueries)
    if (part) note_written(catalog, *part);
  std::vector<QualifiedName> tables;  // with those that inherit from it
  if (query.target) tables.push_back(query.target->name);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Relation* table = catalog.find(tables[i]);
    if (table == nullptr) continue;
    for (const QualifiedName& child : table->children)
      if (std::find(tables.begin(), tables.end(), child) == tables.end()) tables.push_back(child);
    note_written(catalog, QualifiedName(table->name), query);
  }
}

}  // namespace mlint
