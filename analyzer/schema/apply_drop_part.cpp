// Columns, constraints and indexes that go, and what goes with them.
#include <algorithm>
#include <utility>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/drop.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/reader.h"

namespace mlint {
namespace {

using Kind = Constraint::Kind;

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool uses_column(const ConstraintState& constraint, std::string_view column) {
  const Constraint& definition = constraint.definition;
  if (has(definition.columns, column) || has(definition.include, column)) return true;
  if (definition.expression && mentions_column(*definition.expression, column)) return true;
  return std::any_of(definition.exclusion.begin(), definition.exclusion.end(), [&](const auto& part) {
    return part.first.column == column || (part.first.expression && mentions_column(*part.first.expression, column));
  });
}

void drop_views_on(Catalog& catalog, const QualifiedName& relation, std::string_view column) {
  for (const QualifiedName& user : catalog.users_of(relation)) {
    const Relation* view = catalog.relations.find(user);
    if (!view) continue;
    bool reads = std::find(view->reads.begin(), view->reads.end(), relation) != view->reads.end();
    if (reads && !column.empty())
      reads = std::any_of(view->reads_columns.begin(), view->reads_columns.end(),
                          [&](const ColumnRef& r) { return r.relation == relation && r.column == column; });
    if (reads) table::drop_relation(catalog, user);
  }
}

void drop_views_resting_on_key(Catalog& catalog, const QualifiedName& table) {
  for (const QualifiedName& user : catalog.users_of(table)) {
    const Relation* view = catalog.relations.find(user);
    const KeyUse* use = view ? view->use_of_key(table) : nullptr;
    if (use && use->certain) table::drop_relation(catalog, user);
  }
}

}  // namespace

void drop_readers(Catalog& catalog, const QualifiedName& table, std::string_view column) {
  const auto it = [&](const QualifiedName& name) {
    const Relation* found = catalog.find(name);
    return found && found->name == table;
  };
  for (const QualifiedName& user : catalog.users_of(policies_and_rules())) {
    const Relation* reader = user == table ? nullptr : catalog.relations.find(user);
    if (!reader) continue;
    const auto goes = [&](const auto& item) { return reads(item, it, column); };
    if (std::none_of(reader->policies.begin(), reader->policies.end(), goes) &&
        std::none_of(reader->rules.begin(), reader->rules.end(), goes))
      continue;
    Relation* changed = catalog.edit(user);
    std::erase_if(changed->policies, goes);
    std::erase_if(changed->rules, goes);
  }
}

void drop_incoming(Catalog& catalog, const QualifiedName& table, const std::vector<std::string>* columns, bool exact) {
  for (const QualifiedName& user : catalog.users_of(table)) {
    const Relation* relation = catalog.relations.find(user);
    if (!relation) continue;
    std::vector<std::string> gone;
    for (const ConstraintState& constraint : relation->constraints) {
      const Constraint& c = constraint.definition;
      if (c.kind != Kind::foreign_key || c.references != table) continue;
      if (columns && exact &&
          !std::is_permutation(c.referenced_columns.begin(), c.referenced_columns.end(), columns->begin(),
                               columns->end()))
        continue;
      if (columns && !exact && std::none_of(columns->begin(), columns->end(), [&](const std::string& name) {
            return has(c.referenced_columns, name);
          }))
        continue;
      gone.push_back(c.name);
    }
    for (const std::string& name : gone) catalog.remove_constraint(*catalog.edit(user), name);
  }
}

void drop_sequence_defaults(Catalog& catalog, const QualifiedName& sequence) {
  for (const QualifiedName& user : catalog.users_of(sequence)) {
    Relation* table = catalog.edit(user);
    for (std::size_t i = 0; table && i < table->columns.size(); ++i)
      if (sequence_of(table->columns[i], table->name.schema) == sequence) table->columns.edit(i).default_.reset();
  }
}

void drop_owned_sequence(Catalog& catalog, const QualifiedName& table, std::string_view column) {
  for (const QualifiedName& user : catalog.users_of(table)) {
    const Relation* sequence = catalog.relations.find(user);
    if (!sequence || sequence->kind != RelationKind::sequence || sequence->owned_by_table != table ||
        (!column.empty() && sequence->owned_by_column != column))
      continue;
    drop_sequence_defaults(catalog, user);
    catalog.remove_relation(user);
  }
}

namespace table {

void drop_index(Catalog& catalog, const QualifiedName& written) {
  const IndexHome* home = catalog.find_index(written);
  if (!home) return catalog.mark_dropped(catalog.new_name(written));
  const QualifiedName name = home->name, table = home->table;
  Relation* relation = catalog.edit(table);
  if (!relation) return;
  const IndexState* index = relation->index(name.name);
  const std::string constraint = index ? index->constraint : std::string();
  std::vector<QualifiedName> attached;
  for (const QualifiedName& child : relation->children)
    if (const Relation* partition = catalog.relations.find(child))
      for (const IndexState& i : partition->indexes)
        if (i.parent == name) attached.push_back(i.name);
  catalog.remove_index(*relation, name.name);
  if (!constraint.empty()) catalog.remove_constraint(*relation, constraint);
  if (relation->clustered_on == name.name) relation->clustered_on.clear();
  for (const QualifiedName& child : attached) drop_index(catalog, child);
}

// PostgreSQL 18: NOT NULL is a constraint with a name. What children inherited of it goes too.
void drop_not_null_constraint(Catalog& catalog, const Relation& table, std::string_view name) {
  std::string dropped;
  for (const ColumnState& column : table.columns) {
    const std::string& written = column.not_null_constraint;
    const bool named =
        written.empty() ? names::make_object_name(table.name.name, column.name, "not_null") == name : written == name;
    if (named && column.not_null == Known::yes) dropped = column.name;
  }
  if (dropped.empty()) return;
  std::vector<QualifiedName> waiting{table.name};
  for (std::size_t k = 0; k < waiting.size(); ++k) {
    Relation* relation = catalog.edit(waiting[k]);
    for (std::size_t i = 0; relation && i < relation->columns.size(); ++i) {
      if (relation->columns[i].name != dropped) continue;
      ColumnState& column = relation->columns.edit(i);
      column.not_null = Known::no;
      column.not_null_valid = true;
      column.not_null_constraint.clear();
    }
    if (relation) waiting.insert(waiting.end(), relation->children.begin(), relation->children.end());
  }
}

void drop_constraint(Catalog& catalog, const QualifiedName& table, std::string_view name, bool recurse) {
  Relation* relation = catalog.edit(table);
  if (!relation) return;
  const ConstraintState* found = relation->constraint(name);
  if (!found) return drop_not_null_constraint(catalog, *relation, name);
  const ConstraintState constraint = *found;
  const Constraint& definition = constraint.definition;
  if (definition.kind == Kind::primary_key || definition.kind == Kind::unique)
    drop_incoming(catalog, table, &definition.columns, true);
  if (definition.kind == Kind::primary_key) drop_views_resting_on_key(catalog, table);
  relation = catalog.edit(table);
  if (!constraint.index.empty()) {
    drop_index(catalog, {table.schema, constraint.index});
    return;
  }
  catalog.remove_constraint(*relation, definition.name);
  const std::vector<QualifiedName> children = relation->children;
  for (const QualifiedName& child : children) {
    Relation* below = catalog.edit(child);
    if (!below) continue;
    std::string inherited;
    for (std::size_t i = 0; i < below->constraints.size(); ++i) {
      const ConstraintState& c = below->constraints[i];
      const bool same = definition.kind == Kind::foreign_key
                            ? c.definition.kind == Kind::foreign_key && c.definition.columns == definition.columns &&
                                  c.definition.references == definition.references
                            : c.definition.name == definition.name;
      if (!same || !c.inherited) continue;
      inherited = c.definition.name;
      if (c.local || !recurse) {
        below->constraints.edit(i).inherited = false;
        below->constraints.edit(i).local = true;
        inherited.clear();
      }
      break;
    }
    if (!inherited.empty()) drop_constraint(catalog, child, inherited, recurse);
  }
}

namespace {

// With its column: what children inherited of it goes with their own column, or stays with it.
void drop_own_constraint(Catalog& catalog, const QualifiedName& table, std::string_view name) {
  Relation* relation = catalog.edit(table);
  const ConstraintState* found = relation ? relation->constraint(name) : nullptr;
  if (!found) return;
  if (!found->index.empty()) return drop_constraint(catalog, table, name, true);
  catalog.remove_constraint(*relation, name);
}

}  // namespace

void drop_column(Catalog& catalog, const QualifiedName& table, std::string_view name, bool recurse) {
  Relation* relation = catalog.edit(table);
  if (!relation || !relation->column(name)) return;
  const std::vector<std::string> self{std::string(name)};
  drop_incoming(catalog, table, &self, false);
  drop_views_on(catalog, table, name);
  drop_readers(catalog, table, name);
  relation = catalog.edit(table);
  std::vector<std::string> constraints;
  std::vector<QualifiedName> indexes;
  std::vector<std::string> generated;
  for (const ConstraintState& c : relation->constraints)
    if (uses_column(c, name)) constraints.push_back(c.definition.name);
  for (const IndexState& i : relation->indexes)
    if (i.constraint.empty() && uses_column(i.definition, name)) indexes.push_back(i.name);
  for (const ColumnState& c : relation->columns)
    if (c.name != name && c.generated && mentions_column(*c.generated, name)) generated.push_back(c.name);
  for (const std::string& constraint : constraints) drop_own_constraint(catalog, table, constraint);
  for (const QualifiedName& index : indexes) drop_index(catalog, index);
  drop_owned_sequence(catalog, table, name);
  relation = catalog.edit(table);
  relation->triggers.erase_if([&](const TriggerState& t) {
    return has(t.definition.update_columns, name) || (t.definition.when && mentions_column(*t.definition.when, name));
  });
  relation->columns.erase_if([&](const ColumnState& c) { return c.name == name; });
  const std::vector<QualifiedName> children = relation->children;
  for (const std::string& column : generated) drop_column(catalog, table, column, recurse);
  for (const QualifiedName& child : children) {
    Relation* below = catalog.edit(child);
    for (std::size_t i = 0; below && i < below->columns.size(); ++i) {
      if (below->columns[i].name != name || !below->columns[i].inherited) continue;
      const bool from_another =
          std::any_of(below->parents.begin(), below->parents.end(), [&](const QualifiedName& other) {
            const Relation* parent = other == table ? nullptr : catalog.relations.find(other);
            return parent && parent->column(name);
          });
      if (from_another) break;
      if (below->columns[i].local || !recurse) {
        below->columns.edit(i).inherited = false;
        below->columns.edit(i).local = true;
      } else {
        drop_column(catalog, child, name, recurse);
      }
      break;
    }
  }
}

}  // namespace table
}  // namespace mlint
