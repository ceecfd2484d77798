#include "analyzer/effect/body.h"

#include <utility>
#include <vector>

#include "parsers/sql/parse.h"

namespace mlint {
namespace {

void leave_open(Schema& schema, const QualifiedName& name) {
  const Relation* found = schema.find(name);
  if (!found || !found->complete) return;
  Relation relation = *found;
  relation.complete = false;
  schema.put(std::move(relation));
}

// Nothing of it may count as new, or as proof.
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
}

void apply_new_relation(Schema& schema, const Operation& operation, const QualifiedName& name) {
  if (schema.find(name)) return leave_open(schema, name);
  schema.apply(operation);
  const Relation* made = schema.find(name);
  if (!made) return;
  Relation relation = *made;
  relation.created_in = 0;
  relation.complete = false;
  schema.put(std::move(relation));
}

void apply_uncertain(Schema& schema, const Operation& operation) {
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

void apply_with_body(Schema& schema, const Operation& operation) {
  schema.apply(operation);
  const auto* block = operation.as<Do>();
  if (!block || (!block->language.empty() && block->language != "plpgsql")) return;
  for (const sql::ParsedStatement& statement : sql::parse_plpgsql(block->body).statements) {
    for (const Operation& inner : statement.operations) {
      if (inner.as<Transaction>()) continue;
      if (inner.as<Opaque>() || inner.as<Unparsed>()) {
        std::vector<QualifiedName> all;
        for (const Relation* relation : schema.relations()) all.push_back(relation->name);
        for (const QualifiedName& name : all) leave_open(schema, name);
      } else if (statement.certain) {
        schema.apply(inner);
      } else {
        apply_uncertain(schema, inner);
      }
    }
  }
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
