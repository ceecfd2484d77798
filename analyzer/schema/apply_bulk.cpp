// Owners, and what is done to all that a role owns or a tablespace holds.
#include <algorithm>
#include <utility>

#include "analyzer/schema/catalog.h"

namespace mlint {
namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
}

template <class Predicate>
std::vector<QualifiedName> relations_where(const Catalog& catalog, const Predicate& predicate) {
  std::vector<QualifiedName> found;
  catalog.relations.for_each([&](const Relation& relation) {
    if (predicate(relation)) found.push_back(relation.name);
  });
  std::sort(found.begin(), found.end());
  return found;
}

struct Owned {
  std::vector<QualifiedName> relations, types, functions, schemas;
};

Owned owned_by(const Catalog& catalog, const std::vector<std::string>& roles) {
  Owned owned;
  owned.relations = relations_where(catalog, [&](const Relation& r) { return has(roles, r.owner); });
  catalog.types.for_each([&](const TypeState& type) {
    if (has(roles, type.owner)) owned.types.push_back(type.name);
  });
  catalog.functions.for_each([&](const Overloads& overloads) {
    for (const FunctionState& function : overloads.functions)
      if (has(roles, function.owner)) owned.functions.push_back(overloads.name);
  });
  catalog.schemas.for_each([&](const SchemaEntry& schema) {
    if (!schema.dropped && has(roles, schema.owner)) owned.schemas.push_back(schema.name);
  });
  return owned;
}

// The policy goes with its last role.
void leave_policies(Relation& table, const std::vector<std::string>& roles) {
  std::erase_if(table.policies, [&](PolicyState& policy) {
    const bool named = !policy.roles.empty();
    std::erase_if(policy.roles, [&](const std::string& role) { return has(roles, role); });
    return named && policy.roles.empty();
  });
}

bool of_kind(RelationKind relation, ObjectKind kind) {
  if (kind == ObjectKind::materialized_view) return relation == RelationKind::materialized_view;
  return relation == RelationKind::table || relation == RelationKind::partitioned_table;
}

}  // namespace

void apply(Catalog& catalog, const SetOwner& operation) {
  switch (operation.kind) {
    case ObjectKind::type:
    case ObjectKind::domain:
      if (const TypeState* type = catalog.find_type(operation.name))
        catalog.types.edit(QualifiedName(type->name))->owner = operation.role;
      return;
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine:
    case ObjectKind::aggregate:
      if (const Overloads* found = catalog.find_functions(operation.name)) {
        Overloads& overloads = *catalog.functions.edit(QualifiedName(found->name));
        for (std::size_t i = 0; i < overloads.functions.size(); ++i) overloads.functions.edit(i).owner = operation.role;
      }
      return;
    case ObjectKind::schema:
      if (SchemaEntry* schema = catalog.schemas.edit({"", operation.name.name})) schema->owner = operation.role;
      return;
    default:
      if (const Relation* found = catalog.find(operation.name))
        catalog.edit(QualifiedName(found->name))->owner = operation.role;
  }
}

void apply(Catalog& catalog, const ReassignOwned& operation) {
  const Owned owned = owned_by(catalog, operation.roles);
  for (const QualifiedName& name : owned.relations) catalog.edit(name)->owner = operation.to;
  for (const QualifiedName& name : owned.types) catalog.types.edit(name)->owner = operation.to;
  for (const QualifiedName& name : owned.functions) {
    Overloads& overloads = *catalog.functions.edit(name);
    for (std::size_t i = 0; i < overloads.functions.size(); ++i)
      if (has(operation.roles, overloads.functions[i].owner)) overloads.functions.edit(i).owner = operation.to;
  }
  for (const QualifiedName& name : owned.schemas) catalog.schemas.put({name, false, operation.to});
}

void apply(Catalog& catalog, const DropOwned& operation) {
  const Owned owned = owned_by(catalog, operation.roles);
  const auto drop = [&](ObjectKind kind, const std::vector<QualifiedName>& names) {
    if (!names.empty()) apply(catalog, Drop{kind, names, {}, true, operation.cascade, false});
  };
  drop(ObjectKind::table, owned.relations);
  drop(ObjectKind::type, owned.types);
  drop(ObjectKind::function, owned.functions);
  drop(ObjectKind::schema, owned.schemas);
  for (const QualifiedName& name : relations_where(catalog, [](const Relation& r) { return !r.policies.empty(); }))
    leave_policies(*catalog.edit(name), operation.roles);
}

void apply(Catalog& catalog, const AlterAllInTablespace& operation) {
  const auto here = [&](const std::string& space) { return (space.empty() ? "pg_default" : space) == operation.from; };
  const auto owned = [&](const Relation& r) {
    return operation.owners.empty() || has(operation.owners, r.owner.empty() ? "postgres" : r.owner);
  };
  if (operation.kind != ObjectKind::index) {
    for (const QualifiedName& name : relations_where(catalog, [&](const Relation& r) {
           return of_kind(r.kind, operation.kind) && here(r.tablespace) && owned(r);
         }))
      catalog.edit(name)->tablespace = operation.to;
    return;
  }
  for (const QualifiedName& name :
       relations_where(catalog, [&](const Relation& r) { return !r.indexes.empty() && owned(r); })) {
    Relation& table = *catalog.edit(name);
    for (std::size_t i = 0; i < table.indexes.size(); ++i)
      if (here(table.indexes[i].definition.tablespace)) table.indexes.edit(i).definition.tablespace = operation.to;
  }
}

}  // namespace mlint
