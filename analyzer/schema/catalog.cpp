#include "analyzer/schema/catalog.h"

#include <algorithm>

#include "analyzer/schema/names.h"
#include "analyzer/schema/types.h"

namespace mlint {
namespace {

template <class T>
const T* look_up(const Catalog& catalog, const NameMap<T>& map, const QualifiedName& name) {
  if (!name.schema.empty()) return map.find(name);
  const std::vector<std::string>& path = catalog.settings.search_path;
  return map.find_first(name.name, [&path](std::string_view schema) -> std::optional<std::size_t> {
    if (schema == "pg_temp") return 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (path[i] == schema && schema != "$user") return i + 1;
    }
    return std::nullopt;
  });
}

void replace(QualifiedName& name, const QualifiedName& from, const QualifiedName& to) {
  if (name == from) name = to;
}

void replace(std::vector<QualifiedName>& names, const QualifiedName& from, const QualifiedName& to) {
  for (QualifiedName& name : names) replace(name, from, to);
}

constexpr int inheritance_depth_limit = 64;

// Levels of relations above or below, no more than the limit; the limit too when it meets `forbidden`.
int levels(const Catalog& catalog, const QualifiedName& from, bool up, const QualifiedName& forbidden) {
  std::vector<QualifiedName> level{from};
  int depth = 0;
  while (!level.empty() && depth < inheritance_depth_limit) {
    std::vector<QualifiedName> next;
    for (const QualifiedName& name : level) {
      if (name == forbidden) return inheritance_depth_limit;
      const Relation* relation = catalog.relations.find(name);
      if (!relation) continue;
      for (const QualifiedName& other : up ? relation->parents : relation->children)
        if (std::find(next.begin(), next.end(), other) == next.end()) next.push_back(other);
    }
    level = std::move(next);
    ++depth;
  }
  return depth;
}

}  // namespace

bool may_inherit(const Catalog& catalog, const QualifiedName& parent, const QualifiedName& child) {
  return levels(catalog, parent, true, child) + levels(catalog, child, false, parent) < inheritance_depth_limit;
}

bool Catalog::schema_usable(std::string_view schema) const {
  if (schema == "$user" || schema == "pg_catalog" || schema.empty()) return false;
  const SchemaEntry* entry = schemas.find("", schema);
  return !entry || !entry->dropped;
}

const std::string& Catalog::creation_schema() const {
  static const std::string none = "public";
  for (const std::string& schema : settings.search_path)
    if (schema_usable(schema)) return schema;
  return none;  // an empty search_path: the statement fails on a server
}

QualifiedName Catalog::new_name(const QualifiedName& name, Persistence persistence) const {
  if (persistence == Persistence::temporary) return {"pg_temp", names::truncate(name.name)};
  return {name.schema.empty() ? creation_schema() : name.schema, names::truncate(name.name)};
}

const Relation* Catalog::find(const QualifiedName& name) const { return look_up(*this, relations, name); }
const IndexHome* Catalog::find_index(const QualifiedName& name) const { return look_up(*this, indexes, name); }
const TypeState* Catalog::find_type(const QualifiedName& name) const { return look_up(*this, types, name); }
const Overloads* Catalog::find_functions(const QualifiedName& name) const { return look_up(*this, functions, name); }

bool Catalog::class_name_taken(const QualifiedName& name) const {
  if (relations.contains(name) || indexes.contains(name)) return true;
  const TypeState* type = types.find(name);
  return type && type->kind == TypeState::Kind::composite;
}

bool Catalog::constraint_name_taken(const QualifiedName& name) const {
  const NameUses* uses = constraint_names.find(name);
  return uses && uses->uses > 0;
}

std::string Catalog::choose_relation_name(std::string_view name1, std::string_view name2, std::string_view label,
                                          const std::string& schema, bool constraint) const {
  return names::choose_name(name1, name2, label, [&](const std::string& name) {
    return class_name_taken({schema, name}) || (constraint && constraint_name_taken({schema, name}));
  });
}

std::string Catalog::choose_constraint_name(std::string_view name1, std::string_view name2, std::string_view label,
                                            const std::string& schema, const std::vector<std::string>& others) const {
  return names::choose_name(name1, name2, label, [&](const std::string& name) {
    return constraint_name_taken({schema, name}) || std::find(others.begin(), others.end(), name) != others.end();
  });
}

Relation* Catalog::alterable(const QualifiedName& name, RelationKind kind, bool if_exists) {
  if (const Relation* found = find(name)) return edit(found->name);
  if (find_index(name)) return nullptr;
  QualifiedName full = name;
  if (full.schema.empty()) full.schema = creation_schema();
  if (if_exists || dropped.contains(full)) return nullptr;
  Relation relation;
  relation.name = full;
  relation.kind = kind;
  relation.complete = false;
  relation.created_in = 0;
  return &relations.put(std::move(relation));
}

void Catalog::name_constraint(const QualifiedName& name) {
  if (NameUses* uses = constraint_names.edit(name)) {
    ++uses->uses;
  } else {
    constraint_names.put({name, 1});
  }
}

void Catalog::forget_constraint_name(const QualifiedName& name) {
  NameUses* uses = constraint_names.edit(name);
  if (uses && --uses->uses == 0) constraint_names.erase(name);
}

void Catalog::add_relation(Relation&& relation) {
  dropped.erase(relation.name);
  for (const ConstraintState& constraint : relation.constraints)
    name_constraint({relation.name.schema, constraint.definition.name});
  for (const IndexState& index : relation.indexes) indexes.put({index.name, relation.name});
  register_uses(relations.put(std::move(relation)));
}

void Catalog::remove_relation(const QualifiedName& name) {
  const Relation* relation = relations.find(name);
  if (!relation) return;
  for (const ConstraintState& constraint : relation->constraints)
    forget_constraint_name({name.schema, constraint.definition.name});
  for (const IndexState& index : relation->indexes) indexes.erase(index.name);
  relations.erase(name);
  users.erase(name);
  mark_dropped(name);
}

void Catalog::add_constraint(Relation& table, ConstraintState&& constraint) {
  name_constraint({table.name.schema, constraint.definition.name});
  if (constraint.definition.kind == Constraint::Kind::foreign_key) use(constraint.definition.references, table.name);
  constraint.added_in = unit;
  table.constraints.push_back(std::move(constraint));
}

bool Catalog::remove_constraint(Relation& table, std::string_view name) {
  const QualifiedName full{table.name.schema, std::string(name)};
  const std::size_t removed =
      table.constraints.erase_if([&](const ConstraintState& c) { return c.definition.name == full.name; });
  if (removed == 0) return false;
  forget_constraint_name(full);
  return true;
}

void Catalog::add_index(Relation& table, IndexState&& index) {
  dropped.erase(index.name);
  indexes.put({index.name, table.name});
  index.added_in = unit;
  table.indexes.push_back(std::move(index));
}

bool Catalog::remove_index(Relation& table, std::string_view name) {
  const QualifiedName full{table.name.schema, std::string(name)};
  if (table.indexes.erase_if([&](const IndexState& i) { return i.name == full; }) == 0) return false;
  indexes.erase(full);
  mark_dropped(full);
  return true;
}

void Catalog::use(const QualifiedName& object, const QualifiedName& user) {
  if (object.name.empty()) return;
  const Users* known = users.find(object);
  if (known && std::binary_search(known->users.begin(), known->users.end(), user)) return;
  Users* entry = users.edit(object);
  if (!entry) {
    users.put({object, {user}});
    return;
  }
  const auto at = std::lower_bound(entry->users.begin(), entry->users.end(), user);
  if (at == entry->users.end() || *at != user) entry->users.insert(at, user);
}

void Catalog::register_uses(const Relation& relation) {
  for (const ConstraintState& constraint : relation.constraints)
    if (constraint.definition.kind == Constraint::Kind::foreign_key)
      use(constraint.definition.references, relation.name);
  for (const QualifiedName& parent : relation.parents) use(parent, relation.name);
  for (const QualifiedName& child : relation.children) use(child, relation.name);
  for (const QualifiedName& read : relation.reads) use(read, relation.name);
  for (const ColumnState& column : relation.columns) {
    if (column.type.name.schema != "pg_catalog") use(column.type.name, relation.name);
    use(sequence_of(column, relation.name.schema), relation.name);
  }
  for (const TriggerState& trigger : relation.triggers) {
    use(trigger.definition.from_table, relation.name);
    use(trigger.definition.function, relation.name);
  }
  use(relation.owned_by_table, relation.name);
  use(relation.of_type, relation.name);
  if (!relation.policies.empty() || !relation.rules.empty()) use(policies_and_rules(), relation.name);
  if (relation.name.schema == "pg_temp") use(temporary_relations(), relation.name);
}

std::vector<QualifiedName> Catalog::users_of(const QualifiedName& object) const {
  const Users* entry = users.find(object);
  return entry ? entry->users : std::vector<QualifiedName>{};
}

std::vector<QualifiedName> Catalog::tables_with_trigger_of(const QualifiedName& function) const {
  std::vector<QualifiedName> tables;
  for (const QualifiedName& user : users_of(function)) {
    const Relation* relation = relations.find(user);
    if (relation && std::any_of(relation->triggers.begin(), relation->triggers.end(),
                                [&](const TriggerState& t) { return t.definition.function == function; }))
      tables.push_back(user);
  }
  return tables;
}

TypeName Catalog::resolve_type(const TypeName& type) const {
  TypeName result = types::canonical_builtin(type);  // pg_catalog comes before search_path
  if (!types::is_known(type) || result.name.schema == "pg_catalog") return result;
  if (const TypeState* state = find_type(result.name)) {
    result.name = state->name;
  } else if (const Relation* relation = find(result.name)) {
    result.name = relation->name;
  }
  return result;
}

QualifiedName sequence_of(const ColumnState& column, const std::string& schema) {
  if (!column.default_ || column.default_->kind != Expr::Kind::call || column.default_->name != "nextval" ||
      column.default_->arguments.empty())
    return {};
  const Expr* literal = &column.default_->arguments[0];
  if (literal->kind == Expr::Kind::cast && !literal->arguments.empty()) literal = &literal->arguments[0];
  if (literal->kind != Expr::Kind::constant) return {};
  const std::size_t dot = literal->name.find('.');
  if (dot == std::string::npos) return {schema, literal->name};
  return {literal->name.substr(0, dot), literal->name.substr(dot + 1)};
}

void replace_reference(Relation& relation, const QualifiedName& from, const QualifiedName& to) {
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    if (!relation.columns[i].default_ || sequence_of(relation.columns[i], relation.name.schema) != from) continue;
    Expr& value = relation.columns.edit(i).default_.edit();
    Expr& literal = value.arguments[0].kind == Expr::Kind::cast ? value.arguments[0].arguments[0] : value.arguments[0];
    literal.name = to.schema == "public" ? to.name : to.schema + "." + to.name;
    value.text = "nextval('" + literal.name + "'::regclass)";
  }
  for (std::size_t i = 0; i < relation.constraints.size(); ++i)
    if (relation.constraints[i].definition.references == from) relation.constraints.edit(i).definition.references = to;
  for (std::size_t i = 0; i < relation.columns.size(); ++i)
    if (relation.columns[i].type.name == from) {
      relation.columns.edit(i).type.name = to;
      relation.columns.edit(i).type.text.clear();
    }
  for (std::size_t i = 0; i < relation.triggers.size(); ++i) {
    if (relation.triggers[i].definition.from_table != from && relation.triggers[i].definition.table != from) continue;
    replace(relation.triggers.edit(i).definition.from_table, from, to);
    replace(relation.triggers.edit(i).definition.table, from, to);
  }
  replace(relation.parents, from, to);
  replace(relation.children, from, to);
  replace(relation.reads, from, to);
  for (KeyUse& use : relation.rests_on_key_of) replace(use.table, from, to);
  for (ColumnRef& read : relation.reads_columns) replace(read.relation, from, to);
  replace(relation.owned_by_table, from, to);
  replace(relation.of_type, from, to);
}

void rename_relation(Catalog& catalog, const QualifiedName& from, const QualifiedName& to) {
  const Relation* found = catalog.relations.find(from);
  if (!found || from == to) return;
  Relation moved = *found;
  const std::vector<QualifiedName> users = catalog.users_of(from);
  for (const QualifiedName& user : users)
    if (user != from)
      if (Relation* relation = catalog.edit(user)) {
        replace_reference(*relation, from, to);
        catalog.use(to, user);
      }
  catalog.remove_relation(from);
  moved.name = to;
  replace_reference(moved, from, to);
  for (std::size_t i = 0; i < moved.indexes.size(); ++i) {
    IndexState& index = moved.indexes.edit(i);
    if (from.schema != to.schema) {
      catalog.mark_dropped(index.name);
      index.name.schema = to.schema;
    }
    index.definition.table = to;
  }
  catalog.add_relation(std::move(moved));
}

}  // namespace mlint
