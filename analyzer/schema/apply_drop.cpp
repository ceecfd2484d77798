// DROP of everything, and what goes with it. A statement is taken to succeed: where dependents exist without CASCADE,
// they are taken to go as well.
#include <algorithm>
#include <utility>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/drop.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/names.h"

namespace mlint {
namespace {

using Kind = Constraint::Kind;

void forget_sequence(Catalog& catalog, const Relation& sequence) {
  drop_sequence_defaults(catalog, sequence.name);
  Relation* table = catalog.edit(sequence.owned_by_table);
  for (std::size_t i = 0; table && i < table->columns.size(); ++i)
    if (table->columns[i].owned_sequence == sequence.name.name) table->columns.edit(i).owned_sequence.clear();
}

void drop_defaults_of_type(Catalog& catalog, const QualifiedName& table, const QualifiedName& type) {
  const auto full_name = [&](const QualifiedName& name) {
    const TypeState* found = catalog.find_type(name);
    return found ? found->name : name;
  };
  const Relation* relation = catalog.relations.find(table);
  for (std::size_t i = 0; relation && i < relation->columns.size(); ++i) {
    const SharedExpr& value = relation->columns[i].default_;
    if (value && casts_to(*value, type, full_name)) catalog.edit(table)->columns.edit(i).default_.reset();
  }
}

// Leaves the domains over it in `domains`.
void drop_one_type(Catalog& catalog, const QualifiedName& name, std::vector<QualifiedName>& domains) {
  for (const QualifiedName& user : catalog.users_of(name)) {
    const Relation* relation = catalog.relations.find(user);
    if (!relation) continue;
    std::vector<std::string> columns;
    for (const ColumnState& column : relation->columns)
      if (column.type.name == name) columns.push_back(column.name);
    for (const std::string& column : columns) table::drop_column(catalog, user, column, true);
    drop_defaults_of_type(catalog, user, name);
    const Relation* typed = catalog.relations.find(user);
    if (typed && typed->of_type == name) table::drop_relation(catalog, user);
  }
  catalog.types.for_each([&](const TypeState& type) {
    if (type.kind == TypeState::Kind::domain && type.base.name == name && type.name != name)
      domains.push_back(type.name);
  });
  if (const TypeState* type = catalog.types.find(name))
    for (const ConstraintState& c : type->constraints) catalog.forget_constraint_name({name.schema, c.definition.name});
  catalog.types.erase(name);
  catalog.users.erase(name);
  catalog.mark_dropped(name);
}

void drop_type(Catalog& catalog, const QualifiedName& written) {
  const TypeState* found = catalog.find_type(written);
  if (!found) return catalog.mark_dropped(catalog.new_name(written));
  std::vector<QualifiedName> waiting{found->name};
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const QualifiedName name = waiting[i];
    if (catalog.types.contains(name)) drop_one_type(catalog, name, waiting);
  }
}

void drop_function(Catalog& catalog, const QualifiedName& written) {
  const Overloads* found = catalog.find_functions(written);
  if (!found) return;
  // Triggers that run it go with CASCADE; which overload is meant is not known, so one of several stays.
  const QualifiedName name = found->name;
  if (found->functions.size() > 1) {
    Overloads& overloads = *catalog.functions.edit(name);
    overloads.functions.erase(overloads.functions.size() - 1);
    return;
  }
  catalog.functions.erase(name);
  std::erase_if(catalog.event_triggers, [&](const EventTriggerState& known) { return known.function == name; });
  for (const QualifiedName& table : catalog.tables_with_trigger_of(name))
    catalog.edit(table)->triggers.erase_if([&](const TriggerState& t) { return t.definition.function == name; });
}

void drop_schema(Catalog& catalog, const std::string& schema) {
  std::vector<QualifiedName> relations, types, functions;
  catalog.relations.for_each([&](const Relation& r) {
    if (r.name.schema == schema) relations.push_back(r.name);
  });
  catalog.types.for_each([&](const TypeState& t) {
    if (t.name.schema == schema) types.push_back(t.name);
  });
  catalog.functions.for_each([&](const Overloads& f) {
    if (f.name.schema == schema) functions.push_back(f.name);
  });
  std::sort(relations.begin(), relations.end());
  for (const QualifiedName& name : relations) table::drop_relation(catalog, name);
  for (const QualifiedName& name : types) drop_type(catalog, name);
  for (const QualifiedName& name : functions) catalog.functions.erase(name);
  catalog.schemas.put({{"", schema}, true, {}});
}

// The relation and what hangs on it alone; views and children are the caller's.
void drop_one(Catalog& catalog, const QualifiedName& name) {
  const Relation* found = catalog.relations.find(name);
  if (!found) return;
  const Relation relation = *found;
  drop_incoming(catalog, name, nullptr, false);
  drop_readers(catalog, name, {});
  for (const QualifiedName& user : catalog.users_of(name)) {  // constraint triggers made FROM it
    if (Relation* table = catalog.edit(user))
      table->triggers.erase_if([&](const TriggerState& t) { return t.definition.from_table == name; });
  }
  drop_owned_sequence(catalog, name, "");
  if (relation.kind == RelationKind::sequence) forget_sequence(catalog, relation);
  for (const QualifiedName& parent : relation.parents)
    if (Relation* above = catalog.edit(parent)) std::erase(above->children, name);
  catalog.remove_relation(name);
}

void drop_extension(Catalog& catalog, const std::string& extension) {
  std::erase(catalog.extensions, extension);
  std::vector<QualifiedName> types;
  catalog.types.for_each([&](const TypeState& type) {
    if (type.extension == extension) types.push_back(type.name);
  });
  for (const QualifiedName& name : types) drop_type(catalog, name);
  std::vector<QualifiedName> members, functions;
  catalog.relations.for_each([&](const Relation& relation) {
    if (relation.extension == extension) members.push_back(relation.name);
  });
  for (const QualifiedName& name : members)
    if (catalog.relations.contains(name)) table::drop_relation(catalog, name);
  catalog.functions.for_each([&](const Overloads& overloads) {
    for (const FunctionState& function : overloads.functions)
      if (function.extension == extension) functions.push_back(overloads.name);
  });
  for (const QualifiedName& name : functions) drop_function(catalog, name);
}

void drop_member(Catalog& catalog, const Drop& operation) {
  for (std::size_t i = 0; i < operation.names.size(); ++i) {
    Relation* table = catalog.alterable(operation.names[i], RelationKind::table, operation.if_exists);
    if (!table || operation.members.empty()) continue;
    const std::string& member = operation.members[std::min(i, operation.members.size() - 1)];
    std::vector<QualifiedName> waiting{table->name};
    for (std::size_t k = 0; k < waiting.size(); ++k) {
      Relation* relation = catalog.edit(waiting[k]);
      if (!relation) continue;
      if (operation.kind == ObjectKind::trigger) {
        relation->triggers.erase_if(
            [&](const TriggerState& t) { return t.definition.name == member && (k == 0 || t.inherited); });
        waiting.insert(waiting.end(), relation->children.begin(), relation->children.end());
      } else if (operation.kind == ObjectKind::rule) {
        std::erase_if(relation->rules, [&](const RuleState& r) { return r.name == member; });
      } else {
        std::erase_if(relation->policies, [&](const PolicyState& p) { return p.name == member; });
      }
    }
  }
}

}  // namespace

namespace table {

void drop_relation(Catalog& catalog, const QualifiedName& name) {
  if (!catalog.relations.contains(name)) return catalog.mark_dropped(name);
  // Partitions, children and views over views, however long the chain.
  std::vector<QualifiedName> gone{name};
  const auto add = [&](const QualifiedName& other) {
    if (std::find(gone.begin(), gone.end(), other) == gone.end()) gone.push_back(other);
  };
  for (std::size_t i = 0; i < gone.size(); ++i) {
    const Relation* relation = catalog.relations.find(gone[i]);
    if (!relation) continue;
    for (const QualifiedName& child : relation->children) add(child);
    const QualifiedName at = gone[i];
    for (const QualifiedName& user : catalog.users_of(at)) {
      const Relation* view = catalog.relations.find(user);
      if (view && std::find(view->reads.begin(), view->reads.end(), at) != view->reads.end()) add(user);
    }
  }
  for (auto i = gone.rbegin(); i != gone.rend(); ++i) drop_one(catalog, *i);
}

}  // namespace table

void apply(Catalog& catalog, const Drop& operation) {
  switch (operation.kind) {
    case ObjectKind::table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence:
    case ObjectKind::foreign_table:
      for (const QualifiedName& name : operation.names) {
        const Relation* found = catalog.find(name);
        table::drop_relation(catalog, found ? QualifiedName(found->name) : catalog.new_name(name));
      }
      break;
    case ObjectKind::index:
      for (const QualifiedName& name : operation.names) table::drop_index(catalog, name);
      break;
    case ObjectKind::type:
    case ObjectKind::domain:
      for (const QualifiedName& name : operation.names) drop_type(catalog, name);
      break;
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine:
    case ObjectKind::aggregate:
      for (const QualifiedName& name : operation.names) drop_function(catalog, name);
      break;
    case ObjectKind::trigger:
    case ObjectKind::rule:
    case ObjectKind::policy:
      drop_member(catalog, operation);
      break;
    case ObjectKind::schema:
      for (const QualifiedName& name : operation.names) drop_schema(catalog, name.name);
      break;
    case ObjectKind::extension:
      for (const QualifiedName& name : operation.names) drop_extension(catalog, name.name);
      break;
    case ObjectKind::server:
      for (const QualifiedName& name : operation.names) {
        std::vector<QualifiedName> tables;
        catalog.relations.for_each([&](const Relation& table) {
          if (table.kind == RelationKind::foreign_table && table.foreign_server == name.name)
            tables.push_back(table.name);
        });
        for (const QualifiedName& table : tables) table::drop_relation(catalog, table);
      }
      break;
    case ObjectKind::subscription:
      for (const QualifiedName& name : operation.names)
        std::erase_if(catalog.subscriptions, [&](const auto& known) { return known.name == name.name; });
      break;
    case ObjectKind::event_trigger:
      for (const QualifiedName& name : operation.names)
        std::erase_if(catalog.event_triggers, [&](const auto& known) { return known.name == name.name; });
      break;
    case ObjectKind::publication:
      for (const QualifiedName& name : operation.names)
        std::erase_if(catalog.publications, [&](const auto& known) { return known.name == name.name; });
      break;
    default:
      break;
  }
}

}  // namespace mlint
