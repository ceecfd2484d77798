#include "analyzer/effect/body.h"

#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/operation/printer.h"
#include "analyzer/schema/names.h"

namespace mlint {
namespace {

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

void doubt_constraint(Relation& relation, std::string_view name) {
  for (std::size_t i = 0; i < relation.constraints.size(); ++i) {
    if (relation.constraints[i].definition.name == name) relation.constraints.edit(i).valid = false;
  }
  // PostgreSQL 18: NOT NULL has a name too.
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    const ColumnState& column = relation.columns[i];
    const bool named = column.not_null_constraint.empty()
                           ? name == names::make_object_name(relation.name.name, column.name, "not_null")
                           : name == column.not_null_constraint;
    if (named && column.not_null == Known::yes) relation.columns.edit(i).not_null = Known::unknown;
  }
}

void doubt_not_null(Relation& relation, std::string_view name) {
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    const ColumnState& column = relation.columns[i];
    if (column.name == name && column.not_null == Known::yes) relation.columns.edit(i).not_null = Known::unknown;
  }
}

void doubt_type(Relation& relation, std::string_view name) {
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    if (relation.columns[i].name == name) relation.columns.edit(i).type = {};
  }
}

// What an action may have taken away proves nothing any more.
void doubt(Relation& relation, const AlterAction& action) {
  if (const auto* dropped = action.as<alter::DropConstraint>()) doubt_constraint(relation, dropped->name);
  if (const auto* altered = action.as<alter::AlterConstraint>(); altered && altered->enforced == false)
    doubt_constraint(relation, altered->name);
  if (const auto* nullable = action.as<alter::DropNotNull>()) doubt_not_null(relation, nullable->column);
  if (const auto* typed = action.as<alter::SetType>()) doubt_type(relation, typed->column);
}

// Dynamic SQL may have changed whatever there is.
void leave_all_open(Schema& schema) {
  std::vector<QualifiedName> all;
  for (const Relation* relation : schema.relations()) all.push_back(relation->name);
  for (const QualifiedName& name : all) leave_open(schema, name);
}

void apply_additions(Schema& schema, const Operation& operation, const AlterTable& alter) {
  AlterTable additions = alter;
  additions.actions.clear();
  for (AlterAction action : alter.actions) {
    if (auto* added = std::get_if<alter::AddConstraint>(&action.action)) {
      if (added->constraint.kind == Constraint::Kind::check) added->constraint.not_valid = true;
    } else if (!action.as<alter::AddColumn>()) {
      continue;
    }
    additions.actions.push_back(std::move(action));
  }
  Operation added = operation;
  added.kind = std::move(additions);
  schema.apply(added);
  leave_open(schema, alter.name);
  std::vector<QualifiedName> family{alter.name};
  for (const Relation* child : schema.descendants(alter.name)) family.push_back(child->name);
  for (const QualifiedName& name : family) {
    change(schema, name, [&](Relation& relation) {
      for (const AlterAction& action : alter.actions) doubt(relation, action);
    });
  }
}

void apply_new_relation(Schema& schema, const Operation& operation, const QualifiedName& name) {
  if (schema.find(name)) return leave_open(schema, name);
  schema.apply(operation);
  change(schema, name, [](Relation& relation) {
    relation.created_in = 0;
    relation.complete = false;
  });
}

void apply_uncertain(Schema& schema, const Operation& operation) {
  if (operation.as<Opaque>() || operation.as<Unparsed>()) return leave_all_open(schema);
  if (const auto* alter = operation.as<AlterTable>()) return apply_additions(schema, operation, *alter);
  if (const auto* table = operation.as<CreateTable>()) return apply_new_relation(schema, operation, table->name);
  if (const auto* table = operation.as<CreateTableAs>()) return apply_new_relation(schema, operation, table->name);
  if (const auto* index = operation.as<CreateIndex>()) {
    schema.apply(operation);
    return leave_open(schema, index->table);
  }
  if (const auto* rename = operation.as<Rename>()) return leave_open(schema, rename->relation);
  if (const auto* drop = operation.as<Drop>()) {
    for (const QualifiedName& name : drop->names) {
      const Relation* table = schema.find_index_table(name);
      leave_open(schema, table ? table->name : name);
    }
  }
}

}  // namespace

const Schema& BodySchema::before(const sql::ParsedStatement& statement) {
  const std::vector<sql::Arm>& within = statement.within;
  std::size_t same = 0;
  while (same < open_.size() && same < within.size() && open_[same].arm == within[same]) ++same;
  while (open_.size() > same + 1) close();
  if (open_.size() > same && same < within.size() && open_[same].arm.structure == within[same].structure) {
    schema_ = open_[same].before;
    open_[same].arm = within[same];
    ++same;
  } else if (open_.size() > same) {
    close();
  }
  for (; same < within.size(); ++same) {
    OpenArm arm;
    arm.arm = within[same];
    arm.before = schema_;
    open_.push_back(std::move(arm));
  }
  return schema_;
}

void BodySchema::apply(const Operation& operation) {
  if (operation.as<Transaction>()) return;
  if (!open_.empty()) open_.back().applied.push_back(&operation);
  if (operation.as<Opaque>() || operation.as<Unparsed>()) return leave_all_open(schema_);
  schema_.apply(operation);
}

void BodySchema::close() {
  OpenArm arm = std::move(open_.back());
  open_.pop_back();
  schema_ = std::move(arm.before);
  for (const Operation* operation : arm.applied) {
    apply_uncertain(schema_, *operation);
    if (!open_.empty()) open_.back().applied.push_back(operation);
  }
}

Schema BodySchema::behind() {
  while (!open_.empty()) close();
  return schema_;
}

void apply_with_body(Schema& schema, const Operation& operation) {
  schema.apply(operation);
  const auto* block = operation.as<Do>();
  if (!block || (!block->language.empty() && block->language != "plpgsql")) return;
  const sql::ParsedSql body = sql::parse_plpgsql(block->body);
  BodySchema along(schema);
  for (const sql::ParsedStatement& statement : body.statements) {
    along.before(statement);
    for (const Operation& inner : statement.operations) along.apply(inner);
  }
  schema = along.behind();
}

void add_effects(Effects& into, const Effects& more, const Schema& before, const Schema& after) {
  const auto made = [&](const QualifiedName& name) { return !before.find(name) && after.find(name); };
  for (const RelationLock& lock : more.locks) {
    if (!made(lock.relation)) into.locks.push_back(lock);
  }
  for (const Work& work : more.work) {
    if (!made(work.relation)) into.work.push_back(work);
  }
  into.builds_indexes.insert(into.builds_indexes.end(), more.builds_indexes.begin(), more.builds_indexes.end());
  into.assumptions.insert(into.assumptions.end(), more.assumptions.begin(), more.assumptions.end());
  into.known = into.known && more.known;
  if (!into.fails) into.fails = more.fails;
}

}  // namespace mlint
