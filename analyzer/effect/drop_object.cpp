#include <algorithm>

#include "analyzer/effect/drop_walk.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/type_data.h"
#include "analyzer/schema/types.h"

// DROP of what is no relation, and of all that a role owns.
namespace mlint::effect {

namespace {

constexpr int domain_depth_limit = 32;

// A default of a column that has another type by now, cast from this one.
void default_users(Derivation& d, const Drop& operation, const QualifiedName& type) {
  const auto full_name = [&](const QualifiedName& name) { return d.schema.resolve(name); };
  const auto uses = [&](const ColumnState& column) {
    return column.default_ && column.type.name != type && casts_to(*column.default_, type, full_name);
  };
  const auto has_one = [&](const Relation& table) {
    return std::any_of(table.columns.begin(), table.columns.end(), uses);
  };
  for (const Relation* table : d.schema.relations_where(has_one)) {
    if (!operation.cascade && table->certain)
      d.fail("cannot drop type " + quoted(type) + " because a default of " + quoted(table->name) + " depends on it");
    if (operation.cascade) d.lock(Fact::drop_type_user, d.target(*table));
  }
}

void drop_type(Derivation& d, const Drop& operation, const QualifiedName& name, int depth) {
  const TypeState* type = d.schema.find_type(name);
  const QualifiedName full = type ? type->name : d.schema.resolve(name);
  if (type && type->kind == TypeState::Kind::composite) {
    d.lock(Fact::drop_composite, {full, RelationKind::composite_type, nullptr, nullptr, nullptr});
  }
  DropWalk walk(d, operation.cascade);
  for (const Relation* table : d.schema.tables_using_type(full)) {
    if (!operation.cascade && table->certain) {
      d.fail("cannot drop type " + quoted(full) + " because a column of " + quoted(table->name) + " depends on it");
    }
    const Target target = d.target(*table);
    d.lock(Fact::drop_type_user, target);
    d.effects.loses_data = true;
    d.effects.reversible = false;
    for (const ColumnState& column : table->columns) {
      if (d.schema.resolve(column.type.name) == full || column.type.name == full) walk.column(target, column.name);
    }
  }
  default_users(d, operation, full);
  for (const Relation* table : typed_tables(d)) {
    if (d.schema.resolve(table->of_type) != full) continue;
    if (!operation.cascade && table->certain)
      d.fail("cannot drop type " + quoted(full) + " because " + quoted(table->name) + " depends on it");
    walk.relation(d.target(*table));
  }
  for (const TypeState* domain : d.schema.types()) {
    if (domain->kind != TypeState::Kind::domain || d.schema.resolve(domain->base.name) != full) continue;
    if (!operation.cascade) {
      d.fail("cannot drop type " + quoted(full) + " because type " + quoted(domain->name) + " depends on it");
    } else if (depth < domain_depth_limit) {
      drop_type(d, operation, domain->name, depth + 1);
    }
  }
}

}  // namespace

void drop_type(Derivation& d, const Drop& operation, const QualifiedName& name) { drop_type(d, operation, name, 0); }

void drop_collation(Derivation& d, const Drop& operation, const QualifiedName& name) {
  const auto is_it = [&](const QualifiedName& used) {
    return used.name == name.name && (used.schema.empty() || name.schema.empty() || used.schema == name.schema);
  };
  const auto used = [&](const Target& table, const std::string& what) {
    if (!operation.cascade && table.certain())
      d.fail("cannot drop collation " + quoted(name) + " because " + what + " depends on it");
    if (operation.cascade) d.lock(Fact::drop_type_user, table);
  };
  DropWalk walk(d, operation.cascade);
  for (const Relation* table : d.schema.relations()) {
    const Target target = d.target(*table);
    for (const ColumnState& column : table->columns) {
      if (!is_it(column.collation)) continue;
      used(target, "column " + quoted(column.name) + " of " + quoted(table->name));
      if (!operation.cascade) continue;
      d.effects.loses_data = true;
      d.effects.reversible = false;
      walk.column(target, column.name);
    }
    for (const IndexState& index : table->indexes) {
      const auto& elements = index.definition.elements;
      if (std::none_of(elements.begin(), elements.end(), [&](const auto& e) { return is_it(e.collation); })) continue;
      used(target, "index " + quoted(index.name));
      if (operation.cascade) d.lock(Fact::drop_index, d.target(*table, index));
    }
  }
}

void drop_function(Derivation& d, const Drop& operation, const QualifiedName& name) {
  const auto used = [&](const Target& table, const std::string& what) {
    if (!operation.cascade && table.certain())
      d.fail("cannot drop function " + quoted(name) + " because " + what + " depends on it");
    if (operation.cascade) d.lock(Fact::drop_function_user, table);
  };
  const FunctionState* function = d.schema.find_function(name);
  if (function && !function->extension.empty() && operation.kind != ObjectKind::extension) {
    d.fail("cannot drop function " + quoted(name) + " because extension " + quoted(function->extension) +
           " requires it");
  }
  for (const Relation* table : d.schema.relations()) {
    const Target target = d.target(*table);
    for (const TriggerState& trigger : table->triggers) {
      if (trigger.definition.function.name == name.name) used(target, "trigger " + quoted(trigger.definition.name));
    }
    for (const ColumnState& column : table->columns) {
      if (column.default_ && calls(*column.default_, name.name)) used(target, "a default");
      if (column.generated && calls(*column.generated, name.name)) used(target, "a generated column");
    }
    for (const PolicyState& policy : table->policies) {
      if ((policy.using_ && calls(*policy.using_, name.name)) || (policy.check && calls(*policy.check, name.name)))
        used(target, "policy " + quoted(policy.name));
    }
    bool viewed = false;
    if (table->query) {
      for_each_expression(*table->query, [&](const Expr& e) {
        viewed = viewed || (e.kind == Expr::Kind::call && e.name == name.name);
      });
    }
    if (viewed && operation.cascade) DropWalk(d, true).relation(target);
    if (viewed) used(target, quoted(table->name));
    for (const ConstraintState& constraint : table->constraints) {
      if (constraint.definition.expression && calls(*constraint.definition.expression, name.name)) {
        used(target, "constraint " + quoted(constraint.definition.name));
      }
    }
    for (const IndexState& index : table->indexes) {
      const bool calls_it =
          std::any_of(index.definition.elements.begin(), index.definition.elements.end(),
                      [&](const IndexElement& e) { return e.expression && calls(*e.expression, name.name); });
      if (calls_it || (index.definition.where && calls(*index.definition.where, name.name))) {
        used(target, "index " + quoted(index.name));
        if (operation.cascade) d.lock(Fact::drop_index, d.target(*table, index));
      }
    }
  }
}

namespace {

bool index_needs(const Relation& table, const IndexState& index, std::string_view extension) {
  for (const IndexElement& element : index.definition.elements) {
    std::string type;
    if (const ColumnState* column = table.column(element.column)) type = column->type.name.name;
    for (const data::OperatorClass& row : data::operator_classes()) {
      if (row.extension != extension || row.method != index.definition.access_method) continue;
      if (!element.opclass.name.empty() ? row.name == element.opclass.name : row.is_default && row.type == type) {
        return true;
      }
    }
  }
  return false;
}

// What ALTER EXTENSION … ADD made part of it goes without CASCADE.
void drop_members(Derivation& d, const Drop& operation, const std::string& extension, DropWalk& walk) {
  std::vector<const Relation*> members;
  for (const Relation* relation : d.schema.relations()) {
    if (relation->extension == extension) members.push_back(relation);
  }
  for (const Relation* member : members) walk.also(member->name);
  for (const Relation* member : members) walk.relation(d.target(*member));
  for (const FunctionState* function : d.schema.all_functions()) {
    if (function->extension == extension) drop_function(d, operation, function->name);
  }
}

}  // namespace

void drop_extension(Derivation& d, const Drop& operation, const std::string& name) {
  const auto used = [&](const Target& table, const std::string& what) {
    if (operation.cascade) {
      d.lock(Fact::drop_extension_user, table);
    } else if (table.certain()) {
      d.fail("cannot drop extension " + quoted(name) + " because " + what + " depends on it");
    }
  };
  DropWalk walk(d, operation.cascade);
  drop_members(d, operation, name, walk);
  for (const Relation* table : d.schema.relations()) {
    const Target target = d.target(*table);
    for (const ColumnState& column : table->columns) {
      const data::Type* type = data::find_type(column.type.name.name);
      const TypeState* state = d.schema.find_type(column.type.name);
      if ((type && type->extension == name) || (state && state->extension == name)) {
        used(target, "column " + quoted(column.name) + " of " + quoted(table->name));
        if (operation.cascade) {
          d.effects.loses_data = true;
          d.effects.reversible = false;
          walk.column(target, column.name);
        }
      }
      if (!column.default_) continue;
      for (const QualifiedName& function : functions_of(*column.default_)) {
        for (const data::Function& row : data::find_functions(function.name)) {
          if (row.extension == name) used(target, "a default");
        }
      }
    }
    for (const IndexState& index : table->indexes) {
      if (!index_needs(*table, index, name)) continue;
      used(target, "index " + quoted(index.name));
      if (operation.cascade) d.lock(Fact::drop_index, d.target(*table, index));
    }
  }
}

void drop_foreign_tables(Derivation& d, const Drop& operation, const std::string& server, const std::string& what) {
  DropWalk walk(d, operation.cascade);
  for (const Relation* table : d.schema.relations()) {
    if (table->kind != RelationKind::foreign_table || (!server.empty() && table->foreign_server != server)) continue;
    if (operation.cascade) {
      walk.relation(d.target(*table));
    } else if (table->certain) {
      d.fail("cannot drop " + what + " because foreign table " + quoted(table->name) + " depends on it");
    }
  }
}

void drop_schema(Derivation& d, const Drop& operation, const std::string& name) {
  DropWalk walk(d, true);
  for (const Relation* relation : d.schema.relations()) {
    if (relation->name.schema != name) continue;
    if (!operation.cascade) {
      if (relation->certain)
        d.fail("cannot drop schema " + quoted(name) + " because " + quoted(relation->name) + " is in it");
      continue;
    }
    const bool table = relation->kind == RelationKind::table || relation->kind == RelationKind::partitioned_table;
    if (table) d.effects.loses_data = true, d.effects.reversible = false;
    walk.relation(d.target(*relation));
  }
  if (operation.cascade) {
    for (const TypeState* type : d.schema.types()) {
      if (type->name.schema == name) drop_type(d, operation, type->name);
    }
    for (const FunctionState* function : d.schema.all_functions()) {
      if (function->name.schema == name) drop_function(d, operation, function->name);
    }
    if (!d.schema.has_schema(name)) {
      d.assume("what schema " + quoted(name) + " holds is not known here");
      d.effects.loses_data = true;
      d.effects.reversible = false;
    }
  }
}

namespace {

// A policy that names no other role goes; from another the role is taken without a lock.
void drop_policies_of(Derivation& d, const std::vector<std::string>& roles) {
  for (const Relation* relation : d.schema.relations()) {
    for (const PolicyState& policy : relation->policies) {
      const bool goes =
          !policy.roles.empty() && std::all_of(policy.roles.begin(), policy.roles.end(),
                                               [&](const std::string& role) { return contains(roles, role); });
      if (goes) d.lock(Fact::drop_policy, d.target(*relation));
    }
  }
}

}  // namespace

void derive(Derivation& d, const DropOwned& operation) {
  DropWalk walk(d, operation.cascade);
  for (const Relation* relation : d.schema.relations()) {
    if (contains(operation.roles, relation->owner)) walk.also(relation->name);
  }
  for (const Relation* relation : d.schema.relations()) {
    if (!contains(operation.roles, relation->owner)) continue;
    d.effects.loses_data = true;
    d.effects.reversible = false;
    walk.relation(d.target(*relation));
  }
  const Drop drop{ObjectKind::other, {}, {}, false, operation.cascade, false};
  for (const TypeState* type : d.schema.types()) {
    if (contains(operation.roles, type->owner)) drop_type(d, drop, type->name);
  }
  for (const FunctionState* function : d.schema.all_functions()) {
    if (contains(operation.roles, function->owner)) drop_function(d, drop, function->name);
  }
  for (const std::string& schema : d.schema.schemas_of(operation.roles)) drop_schema(d, drop, schema);
  drop_policies_of(d, operation.roles);
  d.assume("what the role owns is not known here beyond what the context says");
}

}  // namespace mlint::effect
