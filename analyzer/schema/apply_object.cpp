// Types, functions, triggers, rules, policies, sequences, schemas.
#include <algorithm>
#include <utility>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/uncertain.h"

namespace mlint {
namespace {

bool type_name_taken(const Catalog& catalog, const QualifiedName& name) {
  return catalog.types.contains(name) || catalog.relations.contains(name);
}

TypeState new_type(const Catalog& catalog, const QualifiedName& name, TypeState::Kind kind) {
  TypeState type;
  type.kind = kind;
  type.name = catalog.new_name(name);
  type.created_in = catalog.unit;
  type.created_by = catalog.transaction;
  return type;
}

void put_type(Catalog& catalog, TypeState type) {
  if (type_name_taken(catalog, type.name)) return;
  catalog.dropped.erase(type.name);
  catalog.types.put(std::move(type));
}

void add_domain_check(Catalog& catalog, TypeState& type, Constraint check) {
  if (check.name.empty()) check.name = catalog.choose_constraint_name(type.name.name, "", "check", type.name.schema);
  catalog.name_constraint({type.name.schema, check.name});
  ConstraintState state;
  state.valid = !check.not_valid;
  state.added_in = catalog.unit;
  state.definition = std::move(check);
  type.constraints.push_back(std::move(state));
}

bool same_parameters(const CreateFunction& a, const CreateFunction& b) {
  std::vector<TypeName> left, right;
  for (const FunctionParameter& p : a.parameters)
    if (p.mode != 'o' && p.mode != 't') left.push_back(types::canonical_builtin(p.type));
  for (const FunctionParameter& p : b.parameters)
    if (p.mode != 'o' && p.mode != 't') right.push_back(types::canonical_builtin(p.type));
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const TypeName& x, const TypeName& y) {
    return x.name.name == y.name.name && (x.array_dimensions > 0) == (y.array_dimensions > 0);
  });
}

}  // namespace

void apply(Catalog& catalog, const CreateEnum& operation) {
  TypeState type = new_type(catalog, operation.name, TypeState::Kind::enum_);
  type.values = operation.values;
  put_type(catalog, std::move(type));
}

void apply(Catalog& catalog, const AddEnumValue& operation) {
  const TypeState* found = catalog.find_type(operation.name);
  if (!found) return;
  TypeState& type = *catalog.types.edit(found->name);
  if (std::find(type.values.begin(), type.values.end(), operation.value) != type.values.end()) return;
  auto at = std::find(type.values.begin(), type.values.end(), operation.neighbor);
  if (at != type.values.end() && operation.after) ++at;
  type.values.insert(at, operation.value);
  type.values_added.emplace_back(operation.value, catalog.transaction);
}

void apply(Catalog& catalog, const CreateCompositeType& operation) {
  TypeState type = new_type(catalog, operation.name, TypeState::Kind::composite);
  for (const Column& column : operation.columns) {
    ColumnState attribute;
    attribute.name = column.name;
    attribute.type = catalog.resolve_type(column.type);
    attribute.collation = column.collation;
    type.attributes.push_back(std::move(attribute));
  }
  put_type(catalog, std::move(type));
}

void apply(Catalog& catalog, const CreateRangeType& operation) {
  put_type(catalog, new_type(catalog, operation.name, TypeState::Kind::range));
}

void apply(Catalog& catalog, const CreateBaseType& operation) {
  put_type(catalog, new_type(catalog, operation.name, TypeState::Kind::base));
}

void apply(Catalog& catalog, const CreateDomain& operation) {
  TypeState type = new_type(catalog, operation.name, TypeState::Kind::domain);
  if (type_name_taken(catalog, type.name)) return;
  type.base = catalog.resolve_type(operation.type);
  for (const Constraint& constraint : operation.constraints) {
    if (constraint.kind == Constraint::Kind::not_null) type.not_null = true;
    if (constraint.kind == Constraint::Kind::default_) type.default_ = constraint.expression;
    if (constraint.kind == Constraint::Kind::check) add_domain_check(catalog, type, constraint);
  }
  put_type(catalog, std::move(type));
}

void apply(Catalog& catalog, const AlterDomain& operation) {
  const TypeState* found = catalog.find_type(operation.name);
  if (!found) return;
  TypeState& type = *catalog.types.edit(found->name);
  switch (operation.action) {
    case AlterDomain::Action::add_constraint:
      if (operation.constraint && operation.constraint->kind == Constraint::Kind::not_null) type.not_null = true;
      if (operation.constraint && operation.constraint->kind == Constraint::Kind::check)
        add_domain_check(catalog, type, *operation.constraint);
      break;
    case AlterDomain::Action::drop_constraint:
      if (std::erase_if(type.constraints,
                        [&](const ConstraintState& c) { return c.definition.name == operation.constraint_name; }) > 0)
        catalog.forget_constraint_name({type.name.schema, operation.constraint_name});
      break;
    case AlterDomain::Action::validate_constraint:
      for (ConstraintState& c : type.constraints)
        if (c.definition.name == operation.constraint_name) c.valid = true;
      break;
    case AlterDomain::Action::set_not_null:
      type.not_null = true;
      break;
    case AlterDomain::Action::drop_not_null:
      type.not_null = false;
      break;
    case AlterDomain::Action::set_default:
      type.default_ = operation.value;
      break;
    case AlterDomain::Action::drop_default:
      type.default_.reset();
      break;
  }
}

void apply(Catalog& catalog, const CreateFunction& operation) {
  const QualifiedName name = catalog.new_name(operation.name);
  FunctionState state;
  state.name = name;
  state.definition = operation;
  Overloads* overloads = catalog.functions.edit(name);
  if (!overloads) {
    Overloads first;
    first.name = name;
    first.functions.push_back(std::move(state));
    catalog.functions.put(std::move(first));
    return;
  }
  for (std::size_t i = 0; i < overloads->functions.size(); ++i) {
    if (!same_parameters(overloads->functions[i].definition, operation)) continue;
    if (operation.or_replace) overloads->functions.edit(i) = std::move(state);
    return;
  }
  overloads->functions.push_back(std::move(state));
}

void apply(Catalog& catalog, const AlterFunction& operation) {
  const Overloads* found = catalog.find_functions(operation.name);
  if (!found || !operation.volatility) return;
  Overloads& overloads = *catalog.functions.edit(found->name);
  for (std::size_t i = 0; i < overloads.functions.size(); ++i)
    overloads.functions.edit(i).definition.volatility = *operation.volatility;
}

void apply(Catalog& catalog, const CreateTrigger& operation) {
  Relation* table = catalog.alterable(operation.table, RelationKind::table, false);
  if (!table) return;
  std::vector<QualifiedName> waiting{table->name};
  for (std::size_t k = 0; k < waiting.size(); ++k) {
    Relation* relation = catalog.edit(waiting[k]);
    if (!relation) continue;
    TriggerState trigger;
    trigger.definition = operation;
    trigger.definition.table = relation->name;
    trigger.inherited = k > 0;
    if (const Overloads* function = catalog.find_functions(operation.function))
      trigger.definition.function = function->name;
    catalog.use(trigger.definition.function, relation->name);
    if (!operation.from_table.name.empty())
      if (const Relation* from = catalog.find(operation.from_table)) {
        trigger.definition.from_table = from->name;
        catalog.use(from->name, relation->name);
      }
    relation->triggers.erase_if([&](const TriggerState& t) { return t.definition.name == operation.name; });
    relation->triggers.push_back(std::move(trigger));
    if (operation.row && relation->kind == RelationKind::partitioned_table)
      waiting.insert(waiting.end(), relation->children.begin(), relation->children.end());
  }
}

void apply(Catalog& catalog, const CreateRule& operation) {
  Relation* table = catalog.alterable(operation.table, RelationKind::table, false);
  if (!table) return;
  std::erase_if(table->rules, [&](const RuleState& rule) { return rule.name == operation.name; });
  const bool replaces = operation.instead && !operation.where;
  table->rules.push_back({operation.name, true, operation.event, replaces, operation.actions});
  catalog.use(policies_and_rules(), table->name);
}

void apply(Catalog& catalog, const CreateStatistics& operation) {
  Relation* table = catalog.alterable(operation.table, RelationKind::table, false);
  if (table) table->statistics.push_back(operation.name.name);
}

void apply(Catalog& catalog, const CreatePolicy& operation) {
  Relation* table = catalog.alterable(operation.table, RelationKind::table, false);
  if (!table) return;
  table->policies.push_back({operation.name, operation.roles, operation.using_, operation.check});
  catalog.use(policies_and_rules(), table->name);
}

void apply(Catalog& catalog, const AlterPolicy& operation) {
  Relation* table = catalog.alterable(operation.table, RelationKind::table, false);
  if (!table) return;
  for (PolicyState& policy : table->policies) {
    if (policy.name != operation.name) continue;
    if (!operation.roles.empty()) policy.roles = operation.roles;
    if (operation.using_) policy.using_ = operation.using_;
    if (operation.check) policy.check = operation.check;
  }
}

void apply(Catalog& catalog, const CreateSequence& operation) {
  Relation sequence;
  sequence.persistence = operation.persistence;
  sequence.name = catalog.new_name(operation.name, operation.persistence);
  if (!make_room(catalog, sequence.name, operation.if_not_exists)) return;
  sequence.kind = RelationKind::sequence;
  sequence.created_in = catalog.unit;
  sequence.options = operation.options;
  if (!operation.owned_by_table.name.empty()) {
    const Relation* owner = catalog.find(operation.owned_by_table);
    sequence.owned_by_table = owner ? owner->name : catalog.new_name(operation.owned_by_table);
    sequence.owned_by_column = operation.owned_by_column;
  }
  catalog.add_relation(std::move(sequence));
}

void apply(Catalog& catalog, const AlterSequence& operation) {
  Relation* sequence = catalog.alterable(operation.name, RelationKind::sequence, operation.if_exists);
  if (!sequence) return;
  for (const auto& option : operation.options) {
    std::erase_if(sequence->options, [&](const auto& o) { return o.first == option.first; });
    sequence->options.push_back(option);
  }
  if (!operation.owned_by_changes) return;
  const Relation* owner = operation.owned_by_table.name.empty() ? nullptr : catalog.find(operation.owned_by_table);
  sequence->owned_by_table = owner ? owner->name : operation.owned_by_table;
  sequence->owned_by_column = operation.owned_by_column;
  catalog.use(sequence->owned_by_table, sequence->name);
}

void apply(Catalog& catalog, const CreateSchema& operation) {
  const std::string name = operation.name.empty() ? operation.role : operation.name;
  catalog.schemas.put({{"", name}, false, operation.role});
}

void apply(Catalog& catalog, const CreateExtension& operation) {
  if (std::find(catalog.extensions.begin(), catalog.extensions.end(), operation.name) != catalog.extensions.end())
    return;
  install_extension(catalog, operation.name, operation.schema.empty() ? catalog.creation_schema() : operation.schema);
}

void apply(Catalog& catalog, const AlterExtension& operation) {
  if (operation.action == AlterExtension::Action::update) return;
  const std::string extension = operation.action == AlterExtension::Action::add ? operation.name : std::string();
  switch (operation.kind) {
    case ObjectKind::type:
    case ObjectKind::domain:
      if (const TypeState* type = catalog.find_type(operation.member))
        catalog.types.edit(QualifiedName(type->name))->extension = extension;
      return;
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::routine:
    case ObjectKind::aggregate:
      if (const Overloads* found = catalog.find_functions(operation.member)) {
        Overloads& overloads = *catalog.functions.edit(QualifiedName(found->name));
        for (std::size_t i = 0; i < overloads.functions.size(); ++i) overloads.functions.edit(i).extension = extension;
      }
      return;
    default:
      if (const Relation* relation = catalog.find(operation.member))
        catalog.edit(QualifiedName(relation->name))->extension = extension;
  }
}

void apply(Catalog& catalog, const CreateObject& operation) {
  if (operation.kind == ObjectKind::event_trigger) {
    const Overloads* function = catalog.find_functions(operation.function);
    catalog.event_triggers.push_back({operation.name.name, operation.event, operation.tags,
                                      function ? QualifiedName(function->name) : operation.function, true});
    return;
  }
  if (operation.kind != ObjectKind::subscription) return;
  std::erase_if(catalog.subscriptions, [&](const auto& known) { return known.name == operation.name.name; });
  catalog.subscriptions.push_back({operation.name.name, operation.has_slot, operation.enabled});
}

void apply(Catalog& catalog, const AlterObject& operation) {
  for (EventTriggerState& trigger : catalog.event_triggers) {
    if (operation.kind != ObjectKind::event_trigger || trigger.name != operation.name.name) continue;
    for (const auto& [option, value] : operation.options)
      if (option == "enabled") trigger.enabled = value != "D";
  }
  if (operation.kind != ObjectKind::subscription) return;
  for (SubscriptionState& subscription : catalog.subscriptions) {
    if (subscription.name != operation.name.name) continue;
    for (const auto& [option, value] : operation.options) {
      if (option == "slot_name") subscription.has_slot = value != "none";
      if (option == "enabled") subscription.enabled = value == "true";
    }
  }
}

namespace {

// The table and, unless ONLY or partitioned, its children: all of them are listed (OpenTableList).
std::vector<QualifiedName> published(const Catalog& catalog, const QualifiedName& name,
                                     const std::vector<QualifiedName>& only) {
  const Relation* found = catalog.find(name);
  std::vector<QualifiedName> tables{found ? found->name : catalog.new_name(name)};
  if (std::find(only.begin(), only.end(), name) != only.end()) return tables;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Relation* table = catalog.relations.find(tables[i]);
    if (!table || table->kind == RelationKind::partitioned_table) continue;
    for (const QualifiedName& child : table->children)
      if (std::find(tables.begin(), tables.end(), child) == tables.end()) tables.push_back(child);
  }
  return tables;
}

}  // namespace

void apply(Catalog& catalog, const CreatePublication& operation) {
  PublicationState publication{operation.name, {}};
  for (const QualifiedName& name : operation.tables)
    for (QualifiedName& table : published(catalog, name, operation.only))
      publication.tables.push_back(std::move(table));
  catalog.publications.push_back(std::move(publication));
}

void apply(Catalog& catalog, const AlterPublication& operation) {
  if (operation.action == AlterPublication::Action::options) return;
  for (PublicationState& publication : catalog.publications) {
    if (publication.name != operation.name) continue;
    if (operation.action == AlterPublication::Action::set) publication.tables.clear();
    for (const QualifiedName& name : operation.tables) {
      for (const QualifiedName& full : published(catalog, name, operation.only)) {
        std::erase(publication.tables, full);
        if (operation.action != AlterPublication::Action::drop) publication.tables.push_back(full);
      }
    }
  }
}

void apply(Catalog& catalog, const Reindex& operation) {
  // REINDEX repairs an index that a concurrent build left invalid.
  const auto repair = [&](const QualifiedName& table, std::string_view only) {
    Relation* relation = catalog.edit(table);
    for (std::size_t i = 0; relation && i < relation->indexes.size(); ++i)
      if (!relation->indexes[i].only && (only.empty() || relation->indexes[i].name.name == only) &&
          !relation->indexes[i].valid && relation->kind != RelationKind::partitioned_table)
        relation->indexes.edit(i).valid = true;
  };
  if (operation.target == Reindex::Target::index) {
    if (const IndexHome* home = catalog.find_index(operation.name))
      repair(QualifiedName(home->table), std::string(home->name.name));
  } else if (operation.target == Reindex::Target::table) {
    if (const Relation* found = catalog.find(operation.name)) repair(QualifiedName(found->name), "");
  }
}

void apply(Catalog& catalog, const Cluster& operation) {
  const Relation* found = operation.table.name.empty() ? nullptr : catalog.find(operation.table);
  if (found && !operation.index.empty()) catalog.edit(QualifiedName(found->name))->clustered_on = operation.index;
}

}  // namespace mlint
