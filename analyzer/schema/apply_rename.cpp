// RENAME and SET SCHEMA: what refers to an object by its identity follows.
#include <algorithm>
#include <utility>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/names.h"

namespace mlint {
namespace {

void rename_in(std::vector<std::string>& names, std::string_view from, std::string_view to) {
  for (std::string& name : names)
    if (name == from) name = to;
}

void rename_in(SharedExpr& expression, std::string_view from, std::string_view to) {
  if (expression) rename_column_in(expression.edit(), from, to);
}

void rename_in(IndexElement& element, std::string_view from, std::string_view to) {
  if (element.column == from) element.column = to;
  rename_in(element.expression, from, to);
}

void rename_in(Constraint& constraint, std::string_view from, std::string_view to) {
  rename_in(constraint.columns, from, to);
  rename_in(constraint.include, from, to);
  rename_in(constraint.on_delete_columns, from, to);
  rename_in(constraint.expression, from, to);
  for (auto& part : constraint.exclusion) rename_in(part.first, from, to);
}

void rename_in(CreateIndex& index, std::string_view from, std::string_view to) {
  for (IndexElement& element : index.elements) rename_in(element, from, to);
  rename_in(index.include, from, to);
  rename_in(index.where, from, to);
}

void rename_references(Catalog& catalog, const QualifiedName& table, const std::string& from, const std::string& to) {
  for (const QualifiedName& user : catalog.users_of(table)) {
    Relation* relation = catalog.edit(user);
    if (!relation) continue;
    for (std::size_t i = 0; i < relation->constraints.size(); ++i)
      if (relation->constraints[i].definition.kind == Constraint::Kind::foreign_key &&
          relation->constraints[i].definition.references == table)
        rename_in(relation->constraints.edit(i).definition.referenced_columns, from, to);
    for (ColumnRef& read : relation->reads_columns)
      if (read.relation == table && read.column == from) read.column = to;
    if (relation->owned_by_table == table && relation->owned_by_column == from) relation->owned_by_column = to;
  }
}

void rename_index(Catalog& catalog, const IndexHome& home, const std::string& to) {
  const QualifiedName from = home.name;
  Relation* table = catalog.edit(home.table);
  for (std::size_t i = 0; table && i < table->indexes.size(); ++i) {
    if (table->indexes[i].name != from) continue;
    IndexState& index = table->indexes.edit(i);
    index.name.name = index.definition.name = to;
    catalog.indexes.erase(from);
    catalog.mark_dropped(from);
    catalog.dropped.erase(index.name);
    catalog.indexes.put({index.name, table->name});
    if (table->clustered_on == from.name) table->clustered_on = to;
    if (table->replica_identity_index == from.name) table->replica_identity_index = to;
    for (std::size_t k = 0; k < table->constraints.size(); ++k) {
      if (table->constraints[k].index != from.name) continue;
      ConstraintState& constraint = table->constraints.edit(k);
      catalog.forget_constraint_name({table->name.schema, constraint.definition.name});
      constraint.index = constraint.definition.name = index.constraint = to;
      catalog.name_constraint({table->name.schema, to});
    }
    const QualifiedName renamed = index.name;
    for (const QualifiedName& child : table->children) {
      Relation* partition = catalog.edit(child);
      for (std::size_t k = 0; partition && k < partition->indexes.size(); ++k)
        if (partition->indexes[k].parent == from) partition->indexes.edit(k).parent = renamed;
    }
    return;
  }
}

void rename_constraint(Catalog& catalog, const QualifiedName& table, const std::string& from, const std::string& to,
                       bool recurse) {
  Relation* relation = catalog.edit(table);
  if (!relation) return;
  bool check = false;
  for (std::size_t i = 0; i < relation->constraints.size(); ++i) {
    if (relation->constraints[i].definition.name != from) continue;
    if (!relation->constraints[i].index.empty()) {
      if (const IndexHome* home = catalog.indexes.find(table.schema, relation->constraints[i].index))
        rename_index(catalog, IndexHome(*home), to);
      return;
    }
    check = relation->constraints[i].definition.kind == Constraint::Kind::check;
    catalog.forget_constraint_name({table.schema, from});
    relation->constraints.edit(i).definition.name = to;
    catalog.name_constraint({table.schema, to});
  }
  for (std::size_t i = 0; i < relation->columns.size(); ++i)
    if (relation->columns[i].not_null_constraint == from) relation->columns.edit(i).not_null_constraint = to;
  if (!check || !recurse) return;
  const std::vector<QualifiedName> children = relation->children;
  for (const QualifiedName& child : children) rename_constraint(catalog, child, from, to, recurse);
}

void rename_type(Catalog& catalog, const QualifiedName& from, const QualifiedName& to) {
  const TypeState* found = catalog.types.find(from);
  if (!found) return;
  TypeState moved = *found;
  moved.name = to;
  for (const QualifiedName& user : catalog.users_of(from))
    if (Relation* relation = catalog.edit(user)) {
      replace_reference(*relation, from, to);
      for (std::size_t i = 0; i < relation->columns.size(); ++i)
        if (relation->columns[i].default_) rename_casts_in(relation->columns.edit(i).default_.edit(), from, to);
      catalog.use(to, user);
    }
  std::vector<QualifiedName> mentions;
  catalog.types.for_each([&](const TypeState& type) {
    const bool attribute = std::any_of(type.attributes.begin(), type.attributes.end(),
                                       [&](const ColumnState& a) { return a.type.name == from; });
    if (attribute || type.base.name == from) mentions.push_back(type.name);
  });
  for (const QualifiedName& name : mentions) {
    TypeState& type = *catalog.types.edit(name);
    if (type.base.name == from) type.base.name = to;
    for (ColumnState& attribute : type.attributes)
      if (attribute.type.name == from) attribute.type.name = to;
  }
  catalog.types.erase(from);
  catalog.mark_dropped(from);
  catalog.dropped.erase(to);
  catalog.types.put(std::move(moved));
}

void rename_function(Catalog& catalog, const QualifiedName& from, const QualifiedName& to) {
  const Overloads* found = catalog.functions.find(from);
  if (!found) return;
  Overloads moved = *found;
  moved.name = to;
  for (std::size_t i = 0; i < moved.functions.size(); ++i) moved.functions.edit(i).name = to;
  catalog.functions.erase(from);
  catalog.functions.put(std::move(moved));
  for (const QualifiedName& table : catalog.tables_with_trigger_of(from)) {
    catalog.use(to, table);
    Relation& relation = *catalog.edit(table);
    for (std::size_t i = 0; i < relation.triggers.size(); ++i)
      if (relation.triggers[i].definition.function == from) relation.triggers.edit(i).definition.function = to;
  }
}

void move_relation(Catalog& catalog, const QualifiedName& from, const std::string& schema) {
  const QualifiedName to{schema, from.name};
  std::vector<QualifiedName> sequences;
  for (const QualifiedName& user : catalog.users_of(from)) {
    const Relation* sequence = catalog.relations.find(user);
    if (sequence && sequence->kind == RelationKind::sequence && sequence->owned_by_table == from)
      sequences.push_back(user);
  }
  rename_relation(catalog, from, to);
  for (const QualifiedName& sequence : sequences) rename_relation(catalog, sequence, {schema, sequence.name});
}

void move_members(Catalog& catalog, const std::string& extension, const std::string& schema) {
  std::vector<QualifiedName> relations, functions;
  catalog.relations.for_each([&](const Relation& relation) {
    if (relation.extension == extension) relations.push_back(relation.name);
  });
  catalog.functions.for_each([&](const Overloads& overloads) {
    for (const FunctionState& function : overloads.functions)
      if (function.extension == extension) functions.push_back(overloads.name);
  });
  for (const QualifiedName& name : relations) move_relation(catalog, name, schema);
  for (const QualifiedName& name : functions) rename_function(catalog, name, {schema, name.name});
}

void rename_relation_keyword(Catalog& catalog, const Rename& operation, const std::string& to) {
  if (const Relation* found = catalog.find(operation.relation)) {
    const QualifiedName from = found->name;
    rename_relation(catalog, from, {from.schema, to});
    for (PublicationState& publication : catalog.publications)
      std::replace(publication.tables.begin(), publication.tables.end(), from, QualifiedName{from.schema, to});
    const Relation* renamed = catalog.relations.find(from.schema, to);
    if (!renamed || renamed->kind != RelationKind::sequence || renamed->owned_by_table.name.empty()) return;
    Relation* owner = catalog.edit(QualifiedName(renamed->owned_by_table));
    for (std::size_t i = 0; owner && i < owner->columns.size(); ++i)
      if (owner->columns[i].owned_sequence == from.name) owner->columns.edit(i).owned_sequence = to;
    return;
  }
  if (const IndexHome* home = catalog.find_index(operation.relation))
    return rename_index(catalog, IndexHome(*home), to);
  if (operation.kind == ObjectKind::index) return;
  if (Relation* unknown = catalog.alterable(operation.relation, RelationKind::table, operation.if_exists))
    rename_relation(catalog, QualifiedName(unknown->name), {unknown->name.schema, to});
}

void rename_attribute(Catalog& catalog, const Rename& operation, const std::string& to) {
  const TypeState* found = catalog.find_type(operation.relation);
  if (!found) return;
  for (ColumnState& attribute : catalog.types.edit(found->name)->attributes)
    if (attribute.name == operation.old_name) attribute.name = to;
}

void rename_enum_value(Catalog& catalog, const Rename& operation) {
  const TypeState* found = catalog.find_type(operation.relation);
  if (!found) return;
  TypeState& type = *catalog.types.edit(found->name);
  rename_in(type.values, operation.old_name, operation.new_name);
  for (auto& [value, transaction] : type.values_added)
    if (value == operation.old_name) value = operation.new_name;
}

void rename_domain_constraint(Catalog& catalog, const Rename& operation, const std::string& to) {
  const TypeState* found = catalog.find_type(operation.relation);
  if (!found) return;
  TypeState& type = *catalog.types.edit(found->name);
  for (ConstraintState& constraint : type.constraints) {
    if (constraint.definition.name != operation.old_name) continue;
    catalog.forget_constraint_name({type.name.schema, operation.old_name});
    constraint.definition.name = to;
    catalog.name_constraint({type.name.schema, to});
  }
}

void rename_trigger(Catalog& catalog, const Rename& operation, const std::string& to) {
  const Relation* found = catalog.find(operation.relation);
  std::vector<QualifiedName> waiting;
  if (found) waiting.push_back(found->name);
  for (std::size_t k = 0; k < waiting.size(); ++k) {
    Relation* table = catalog.edit(waiting[k]);
    if (!table) continue;
    for (std::size_t i = 0; i < table->triggers.size(); ++i)
      if (table->triggers[i].definition.name == operation.old_name && (k == 0 || table->triggers[i].inherited))
        table->triggers.edit(i).definition.name = to;
    waiting.insert(waiting.end(), table->children.begin(), table->children.end());
  }
}

void rename_schema(Catalog& catalog, const std::string& from, const std::string& to) {
  std::vector<QualifiedName> relations, types, functions;
  catalog.relations.for_each([&](const Relation& r) {
    if (r.name.schema == from) relations.push_back(r.name);
  });
  catalog.types.for_each([&](const TypeState& t) {
    if (t.name.schema == from) types.push_back(t.name);
  });
  catalog.functions.for_each([&](const Overloads& f) {
    if (f.name.schema == from) functions.push_back(f.name);
  });
  for (const QualifiedName& name : relations) rename_relation(catalog, name, {to, name.name});
  for (const QualifiedName& name : types) rename_type(catalog, name, {to, name.name});
  for (const QualifiedName& name : functions) rename_function(catalog, name, {to, name.name});
  const SchemaEntry* entry = catalog.schemas.find({"", from});
  const std::string owner = entry ? entry->owner : std::string();
  catalog.schemas.put({{"", from}, true, {}});
  catalog.schemas.put({{"", to}, false, owner});
}

}  // namespace

namespace table {

void rename_column(Catalog& catalog, const QualifiedName& table, const std::string& from, const std::string& to,
                   bool recurse) {
  Relation* relation = catalog.edit(table);
  if (!relation || relation->column(to)) return;
  for (std::size_t i = 0; i < relation->columns.size(); ++i) {
    if (relation->columns[i].name == from) relation->columns.edit(i).name = to;
    if (relation->columns[i].generated) rename_in(relation->columns.edit(i).generated, from, to);
  }
  for (std::size_t i = 0; i < relation->constraints.size(); ++i)
    rename_in(relation->constraints.edit(i).definition, from, to);
  for (std::size_t i = 0; i < relation->indexes.size(); ++i) rename_in(relation->indexes.edit(i).definition, from, to);
  for (std::size_t i = 0; i < relation->triggers.size(); ++i) {
    rename_in(relation->triggers.edit(i).definition.update_columns, from, to);
    rename_in(relation->triggers.edit(i).definition.when, from, to);
  }
  for (PolicyState& policy : relation->policies) {
    rename_in(policy.using_, from, to);
    rename_in(policy.check, from, to);
  }
  if (relation->partition_by)
    for (IndexElement& element : relation->partition_by->elements) rename_in(element, from, to);
  rename_references(catalog, table, from, to);
  if (!recurse) return;
  const std::vector<QualifiedName> children = relation->children;
  for (const QualifiedName& child : children) rename_column(catalog, child, from, to, recurse);
}

}  // namespace table

void apply(Catalog& catalog, const Rename& operation) {
  const std::string to = names::truncate(operation.new_name);
  switch (operation.kind) {
    case ObjectKind::table:
    case ObjectKind::index:
    case ObjectKind::sequence:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
      return rename_relation_keyword(catalog, operation, to);
    case ObjectKind::column: {
      if (!catalog.find(operation.relation) && catalog.find_type(operation.relation))
        return rename_attribute(catalog, operation, to);
      Relation* table = catalog.alterable(operation.relation, RelationKind::table, operation.if_exists);
      if (!table) return;
      if (!table->complete && !table->column(operation.old_name)) {
        ColumnState unknown;
        unknown.name = operation.old_name;
        unknown.not_null = Known::unknown;
        table->columns.push_back(std::move(unknown));
      }
      return table::rename_column(catalog, table->name, operation.old_name, to, !operation.only);
    }
    case ObjectKind::attribute:
      return rename_attribute(catalog, operation, to);
    case ObjectKind::constraint:
      if (const Relation* found = catalog.find(operation.relation))
        rename_constraint(catalog, QualifiedName(found->name), operation.old_name, to, !operation.only);
      return;
    case ObjectKind::domain_constraint:
      return rename_domain_constraint(catalog, operation, to);
    case ObjectKind::trigger:
      return rename_trigger(catalog, operation, to);
    case ObjectKind::rule:
    case ObjectKind::policy: {
      const Relation* found = catalog.find(operation.relation);
      Relation* table = found ? catalog.edit(QualifiedName(found->name)) : nullptr;
      if (!table) return;
      for (RuleState& rule : table->rules)
        if (operation.kind == ObjectKind::rule && rule.name == operation.old_name) rule.name = to;
      for (PolicyState& policy : table->policies)
        if (operation.kind == ObjectKind::policy && policy.name == operation.old_name) policy.name = to;
      return;
    }
    case ObjectKind::type:
    case ObjectKind::domain:
      if (const TypeState* found = catalog.find_type(operation.relation))
        rename_type(catalog, QualifiedName(found->name), {found->name.schema, to});
      return;
    case ObjectKind::enum_value:
      return rename_enum_value(catalog, operation);
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine:
    case ObjectKind::aggregate:
      if (const Overloads* found = catalog.find_functions(operation.relation))
        rename_function(catalog, QualifiedName(found->name), {found->name.schema, to});
      return;
    case ObjectKind::schema:
      return rename_schema(catalog, operation.relation.name.empty() ? operation.old_name : operation.relation.name, to);
    default:
      return;
  }
}

void apply(Catalog& catalog, const SetSchema& operation) {
  switch (operation.kind) {
    case ObjectKind::type:
    case ObjectKind::domain:
      if (const TypeState* found = catalog.find_type(operation.name))
        rename_type(catalog, QualifiedName(found->name), {operation.schema, found->name.name});
      return;
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine:
    case ObjectKind::aggregate:
      if (const Overloads* found = catalog.find_functions(operation.name))
        rename_function(catalog, QualifiedName(found->name), {operation.schema, found->name.name});
      return;
    case ObjectKind::table:
    case ObjectKind::sequence:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
      if (Relation* table = catalog.alterable(operation.name, RelationKind::table, operation.if_exists))
        move_relation(catalog, QualifiedName(table->name), operation.schema);
      return;
    case ObjectKind::extension:
      return move_members(catalog, operation.name.name, operation.schema);
    default:
      return;
  }
}

}  // namespace mlint
