#include "analyzer/effect/doubt.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/schema/expressions.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/uncertain.h"
#include "parsers/sql/plpgsql_text.h"

namespace mlint {

bool is_unknown(const QualifiedName& name) { return sql::is_unknown(name.name) || sql::is_unknown(name.schema); }

namespace {

constexpr std::string_view unknown_part = sql::unknown_name;

template <class Change>
void change(Schema& schema, const QualifiedName& name, Change change) {
  const Relation* found = schema.find(name);
  if (!found) return;
  Relation relation = *found;
  change(relation);
  schema.put(std::move(relation));
}

void leave_open(Schema& schema, const QualifiedName& name) {
  const Relation* found = schema.find(name);
  if (found && found->complete) change(schema, name, [](Relation& relation) { relation.complete = false; });
}

// Dynamic SQL may name any.
bool matches(std::string_view name, std::string_view written) { return name == written || sql::is_unknown(written); }

template <class Change>
void change_column(Relation& relation, std::string_view name, Change change) {
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    if (matches(relation.columns[i].name, name)) change(relation.columns.edit(i));
  }
}

// What DROP CONSTRAINT may find of a NOT NULL: it has a name since PostgreSQL 18.
bool is_named(const Relation& relation, const ColumnState& column, std::string_view name, int version) {
  if (column.not_null != Known::yes) return false;
  if (sql::is_unknown(name)) return version >= 18;
  return column.not_null_constraint.empty()
             ? name == names::make_object_name(relation.name.name, column.name, "not_null")
             : name == column.not_null_constraint;
}

void doubt_index(Relation& table, std::string_view name) {
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (table.indexes[i].name.name == name) table.indexes.edit(i).certain = false;
  }
}

void doubt_constraint(Relation& relation, std::string_view name, int version) {
  for (std::size_t i = 0; i < relation.constraints.size(); ++i) {
    if (!matches(relation.constraints[i].definition.name, name)) continue;
    ConstraintState& constraint = relation.constraints.edit(i);
    constraint.valid = constraint.certain = false;
    doubt_index(relation, constraint.index);
  }
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    if (is_named(relation, relation.columns[i], name, version)) relation.columns.edit(i).not_null = Known::unknown;
  }
}

// With what goes along: constraints and indexes that use it.
void doubt_column(Relation& relation, const std::string& name, int version) {
  change_column(relation, name, [](ColumnState& column) { column.certain = false; });
  const bool any = sql::is_unknown(name);
  const auto uses = [&](const std::string& column) { return matches(column, name); };
  for (std::size_t i = 0; i < relation.constraints.size(); ++i) {
    const Constraint& constraint = relation.constraints[i].definition;
    const bool reads = constraint.expression && (any || mentions_column(*constraint.expression, name));
    if (reads || std::any_of(constraint.columns.begin(), constraint.columns.end(), uses))
      doubt_constraint(relation, std::string(constraint.name), version);
  }
  for (std::size_t i = 0; i < relation.indexes.size(); ++i) {
    if (any || uses_column(relation.indexes[i].definition, name)) relation.indexes.edit(i).certain = false;
  }
}

// What an action may have taken away proves nothing any more.
void doubt(Relation& relation, const AlterAction& action, int version) {
  if (const auto* dropped = action.as<alter::DropColumn>()) doubt_column(relation, dropped->name, version);
  if (const auto* dropped = action.as<alter::DropConstraint>()) doubt_constraint(relation, dropped->name, version);
  if (const auto* altered = action.as<alter::AlterConstraint>(); altered && altered->enforced == false)
    doubt_constraint(relation, altered->name, version);
  if (const auto* nullable = action.as<alter::DropNotNull>()) {
    change_column(relation, nullable->column, [](ColumnState& column) {
      if (column.not_null == Known::yes) column.not_null = Known::unknown;
    });
  }
  if (const auto* typed = action.as<alter::SetType>())
    change_column(relation, typed->column, [](ColumnState& column) { column.type = {}; });
}

template <class Change, class Wanted>
void change_all(Schema& schema, Change change_one, Wanted wanted) {
  std::vector<QualifiedName> names;
  for (const Relation* relation : schema.relations_where(wanted)) names.push_back(relation->name);
  for (const QualifiedName& name : names) change(schema, name, change_one);
}

void leave_all_open(Schema& schema) {
  change_all(
      schema, [](Relation& relation) { relation.complete = false; }, [](const Relation& r) { return r.complete; });
}

bool is_doubted(const Relation& relation) {
  return !relation.complete && !relation.certain &&
         std::none_of(relation.constraints.begin(), relation.constraints.end(),
                      [](const auto& c) { return c.valid; }) &&
         std::all_of(relation.columns.begin(), relation.columns.end(), [](const ColumnState& column) {
           return column.type.name.name.empty() && column.not_null != Known::yes;
         });
}

void doubt_all(Schema& schema) {
  change_all(
      schema, [](Relation& relation) { doubt(relation); }, std::not_fn(is_doubted));
}

AlterTable additions_of(const AlterTable& alter) {
  AlterTable additions = alter;
  additions.actions.clear();
  for (AlterAction action : alter.actions) {
    if (auto* added = std::get_if<alter::AddConstraint>(&action.action)) {
      if (added->constraint.kind == Constraint::Kind::check) added->constraint.not_valid = true;
    } else if (auto* column = std::get_if<alter::AddColumn>(&action.action)) {
      column->if_not_exists = true;  // one that may be there may have stayed
    } else {
      continue;
    }
    additions.actions.push_back(std::move(action));
  }
  return additions;
}

// What is there now and was not before.
void doubt_additions(Relation& relation, const Relation& before) {
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    const ColumnState* old = before.column(relation.columns[i].name);
    if (old && old->certain) continue;
    ColumnState& column = relation.columns.edit(i);
    column.certain = column.null_in_old_rows = false;
  }
  for (std::size_t i = 0; i < relation.constraints.size(); ++i) {
    const ConstraintState* old = before.constraint(relation.constraints[i].definition.name);
    if (!old || !old->certain) relation.constraints.edit(i).certain = false;
  }
  for (std::size_t i = 0; i < relation.indexes.size(); ++i) {
    const IndexState* old = before.index(relation.indexes[i].name.name);
    if (!old || !old->certain) relation.indexes.edit(i).certain = false;
  }
}

void add_in_doubt(Schema& schema, const Operation& additions, const QualifiedName& table) {
  const Schema before = schema;
  schema.apply(additions);
  std::vector<QualifiedName> family{schema.resolve(table)};
  for (const Relation* child : schema.descendants(table)) family.push_back(child->name);
  for (const QualifiedName& name : family) {
    const Relation* old = before.find(name);
    if (!old) continue;
    change(schema, name, [&](Relation& relation) { doubt_additions(relation, *old); });
  }
  leave_open(schema, table);
}

void apply_alter(Schema& schema, const Operation& operation, const AlterTable& alter, int version) {
  Operation added = operation;
  added.kind = additions_of(alter);
  add_in_doubt(schema, added, alter.name);
  std::vector<QualifiedName> family{alter.name};
  for (const Relation* child : schema.descendants(alter.name)) family.push_back(child->name);
  for (const QualifiedName& name : family) {
    change(schema, name, [&](Relation& relation) {
      for (const AlterAction& action : alter.actions) doubt(relation, action, version);
    });
  }
}

void apply_new_relation(Schema& schema, const Operation& operation, const QualifiedName& name) {
  if (const Relation* found = schema.find(name)) {
    if (found->certain) return leave_open(schema, name);
    return change(schema, name, [](Relation& relation) { doubt(relation); });
  }
  schema.apply(operation);
  change(schema, name, [](Relation& relation) {
    relation.created_in = 0;
    relation.complete = relation.certain = false;
  });
}

void doubt_existence(Schema& schema, const QualifiedName& name) {
  if (const Relation* table = schema.find_index_table(name)) {
    const QualifiedName of = table->name;
    return change(schema, of, [&](Relation& relation) {
      relation.complete = false;
      doubt_index(relation, name.name);
    });
  }
  const QualifiedName full = schema.resolve(name);
  change(schema, full, [](Relation& relation) { relation.complete = relation.certain = false; });
  change_all(
      schema, [](Relation& sequence) { sequence.certain = false; },
      [&](const Relation& r) { return r.owned_by_table == full && r.certain; });
}

// What has the new name if it ran; what has the old one if it did not.
template <class List, class Named, class Rename>
void keep_both(List& list, const Named& named, const Rename& rename) {
  for (std::size_t i = 0, size = list.size(); i < size; ++i) {
    if (!named(list[i])) continue;
    auto renamed = list[i];
    rename(renamed);
    renamed.certain = list.edit(i).certain = false;
    list.push_back(std::move(renamed));
  }
}

void rename_part(Relation& relation, const Rename& rename) {
  if (rename.kind == ObjectKind::column && !relation.column(rename.new_name)) {
    keep_both(
        relation.columns, [&](const ColumnState& c) { return c.name == rename.old_name; },
        [&](ColumnState& c) { c.name = rename.new_name; });
  }
  if (rename.kind == ObjectKind::constraint && !relation.constraint(rename.new_name)) {
    keep_both(
        relation.constraints, [&](const ConstraintState& c) { return c.definition.name == rename.old_name; },
        [&](ConstraintState& c) { c.definition.name = rename.new_name; });
  }
}

void rename_index(Schema& schema, const Relation& table, const Rename& rename) {
  if (table.index(rename.new_name)) return;
  change(schema, QualifiedName(table.name), [&](Relation& relation) {
    relation.complete = false;
    keep_both(
        relation.indexes, [&](const IndexState& i) { return i.name.name == rename.relation.name; },
        [&](IndexState& i) { i.name.name = i.definition.name = rename.new_name; });
  });
}

void apply_rename(Schema& schema, const Rename& rename) {
  if (rename.old_name.empty()) {
    const Relation* table = schema.find_index_table(rename.relation);
    return table ? rename_index(schema, *table, rename) : doubt_existence(schema, rename.relation);
  }
  leave_open(schema, rename.relation);
  change(schema, rename.relation, [&](Relation& relation) { rename_part(relation, rename); });
}

void apply_drop(Schema& schema, const Drop& drop) {
  switch (drop.kind) {
    case ObjectKind::table:
    case ObjectKind::index:
    case ObjectKind::sequence:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
      for (const QualifiedName& name : drop.names) doubt_existence(schema, name);
      return;
    case ObjectKind::trigger:
    case ObjectKind::rule:
    case ObjectKind::policy:
      for (const QualifiedName& table : drop.names) leave_open(schema, table);
      return;
    default:
      return;
  }
}

// Types decide what a statement costs: the worst is that they are there.
std::optional<QualifiedName> type_made_by(const Operation& operation) {
  if (const auto* type = operation.as<CreateEnum>()) return type->name;
  if (const auto* type = operation.as<CreateDomain>()) return type->name;
  if (const auto* type = operation.as<CreateCompositeType>()) return type->name;
  if (const auto* type = operation.as<CreateRangeType>()) return type->name;
  if (const auto* type = operation.as<CreateBaseType>()) return type->name;
  return std::nullopt;
}

// Whether there is something in it that the action may take away: most tables have it not, or not any more.
bool has_to_lose(const Relation& relation, const AlterAction& action, int version) {
  const auto column = [&](std::string_view name, const auto& wanted) {
    return std::any_of(relation.columns.begin(), relation.columns.end(),
                       [&](const ColumnState& c) { return matches(c.name, name) && wanted(c); });
  };
  if (const auto* dropped = action.as<alter::DropColumn>())
    return column(dropped->name, [](const ColumnState& c) { return c.certain; });
  if (const auto* nullable = action.as<alter::DropNotNull>())
    return column(nullable->column, [](const ColumnState& c) { return c.not_null == Known::yes; });
  if (const auto* typed = action.as<alter::SetType>())
    return column(typed->column, [](const ColumnState& c) { return !c.type.name.name.empty(); });
  const auto* dropped = action.as<alter::DropConstraint>();
  return dropped &&
         (column(unknown_part, [&](const ColumnState& c) { return is_named(relation, c, dropped->name, version); }) ||
          std::any_of(relation.constraints.begin(), relation.constraints.end(),
                      [](const ConstraintState& c) { return c.valid || c.certain; }));
}

void apply_dynamic_alter(Schema& schema, const AlterTable& alter, int version) {
  const auto wanted = [&](const Relation& relation) {
    return relation.complete || std::any_of(alter.actions.begin(), alter.actions.end(), [&](const AlterAction& action) {
             return has_to_lose(relation, action, version);
           });
  };
  const auto change_one = [&](Relation& relation) {
    relation.complete = false;
    for (const AlterAction& action : alter.actions) doubt(relation, action, version);
  };
  if (sql::is_unknown(alter.name.name) || sql::is_unknown(alter.name.schema))
    return change_all(schema, change_one, wanted);
  change(schema, alter.name, change_one);
  std::vector<QualifiedName> children;
  for (const Relation* child : schema.descendants(alter.name)) children.push_back(child->name);
  for (const QualifiedName& name : children) change(schema, name, change_one);
}

void leave_open_dynamic(Schema& schema, const QualifiedName& table) {
  if (is_unknown(table)) return leave_all_open(schema);
  leave_open(schema, table);
}

void doubt_indexes(Schema& schema) {
  change_all(
      schema,
      [](Relation& relation) {
        for (std::size_t i = 0; i < relation.indexes.size(); ++i) relation.indexes.edit(i).certain = false;
      },
      [](const Relation& r) { return !r.indexes.empty(); });
}

void apply_dynamic_drop(Schema& schema, const Drop& drop) {
  const bool known = std::none_of(drop.names.begin(), drop.names.end(), is_unknown);
  if (known && !drop.names.empty() && (drop.kind == ObjectKind::table || drop.kind == ObjectKind::index)) {
    for (const QualifiedName& name : drop.names) doubt_existence(schema, name);
    return;
  }
  if (drop.kind == ObjectKind::table) {
    change_all(
        schema, [](Relation& relation) { relation.complete = relation.certain = false; },
        [](const Relation& r) { return r.certain; });
    return;
  }
  leave_all_open(schema);
  if (drop.kind == ObjectKind::index) doubt_indexes(schema);
}

// Neither reads nor changes what is known of tables; what queries and writes call is another matter (apply_called).
bool leaves_tables_alone(const Operation& operation) {
  return operation.as<Dml>() || operation.as<Copy>() || operation.as<Truncate>() || operation.as<LockTable>() ||
         operation.as<Vacuum>() || operation.as<Reindex>() || operation.as<RefreshMaterializedView>() ||
         operation.as<Comment>() || operation.as<Grant>() || operation.as<CreateView>() ||
         operation.as<CreateSequence>() || operation.as<CreateFunction>() || operation.as<SetVariable>();
}

// Dynamic SQL: its shape tells what it can have changed, else it may be whatever there is.
void apply_dynamic(Schema& schema, const std::vector<Operation>& shape, int version) {
  if (shape.empty()) return doubt_all(schema);
  for (const Operation& operation : shape) {
    if (const auto* alter = operation.as<AlterTable>()) {
      apply_dynamic_alter(schema, *alter, version);
    } else if (const auto* drop = operation.as<Drop>()) {
      apply_dynamic_drop(schema, *drop);
    } else if (const auto* rename = operation.as<Rename>(); rename && !is_unknown(rename->relation)) {
      apply_rename(schema, *rename);
    } else if (const auto* index = operation.as<CreateIndex>()) {
      leave_open_dynamic(schema, index->table);
    } else if (const auto* trigger = operation.as<CreateTrigger>()) {
      leave_open_dynamic(schema, trigger->table);
    } else if (const auto* table = operation.as<CreateTable>()) {
      for (const QualifiedName& parent : table->inherits) leave_open_dynamic(schema, parent);
      if (schema.find(table->name)) leave_open(schema, table->name);
    } else if (operation.as<Do>() || operation.as<Call>() || operation.as<Opaque>()) {
      doubt_all(schema);
    } else if (!leaves_tables_alone(operation)) {
      leave_all_open(schema);
    }
  }
}

}  // namespace

void apply_in_doubt(Schema& schema, const Operation& operation, const std::vector<Operation>& shape, int version) {
  if (operation.as<Opaque>()) return apply_dynamic(schema, shape, version);
  if (operation.as<Unparsed>()) return leave_all_open(schema);
  if (const std::optional<QualifiedName> type = type_made_by(operation)) {
    if (!schema.find_type(*type)) schema.apply(operation);
    return;
  }
  if (operation.as<CreateExtension>() || operation.as<CreateSchema>()) return schema.apply(operation);
  if (const auto* alter = operation.as<AlterTable>()) return apply_alter(schema, operation, *alter, version);
  if (const auto* table = operation.as<CreateTable>()) return apply_new_relation(schema, operation, table->name);
  if (const auto* table = operation.as<CreateTableAs>()) return apply_new_relation(schema, operation, table->name);
  if (const auto* index = operation.as<CreateIndex>()) return add_in_doubt(schema, operation, index->table);
  if (const auto* rename = operation.as<Rename>()) return apply_rename(schema, *rename);
  if (const auto* moved = operation.as<SetSchema>()) return doubt_existence(schema, moved->name);
  if (const auto* drop = operation.as<Drop>()) return apply_drop(schema, *drop);
}

}  // namespace mlint
