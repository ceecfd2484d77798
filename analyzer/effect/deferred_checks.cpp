#include "analyzer/effect/deferred_checks.h"

#include <algorithm>

#include "analyzer/schema/expressions.h"

namespace mlint {
namespace {

// RI_FKey_fk_upd_check_required: a key that is set to null needs no check.
bool assigns_any(const Query& query, const std::vector<std::string>& columns) {
  return std::any_of(query.assignments.begin(), query.assignments.end(), [&](const Query::Assignment& assignment) {
    return !is_null_constant(assignment.value) &&
           std::find(columns.begin(), columns.end(), assignment.column) != columns.end();
  });
}

// Where the rows are: of a partitioned table in its leaves, of INSERT into any other in itself.
std::vector<const Relation*> tables_of_rows(const Schema& schema, const Relation& table, bool with_children) {
  std::vector<const Relation*> tables;
  if (table.kind != RelationKind::partitioned_table) tables.push_back(&table);
  if (!with_children && table.kind != RelationKind::partitioned_table) return tables;
  for (const Relation* child : schema.descendants(table.name))
    if (child->kind != RelationKind::partitioned_table) tables.push_back(child);
  return tables;
}

// It and what it is a partition of: a foreign key may reference any of them.
std::vector<QualifiedName> with_parents(const Schema& schema, const Relation& table) {
  std::vector<QualifiedName> names{table.name};
  for (const Relation* at = &table; at && at->is_partition() && !at->parents.empty();) {
    names.push_back(at->parents.front());
    at = schema.find(at->parents.front());
  }
  return names;
}

}  // namespace

bool DeferredChecks::is_deferred(const Constraint& constraint) const {
  if (constraint.kind != Constraint::Kind::foreign_key || !constraint.deferrable) return false;
  const auto named = deferred_by_name_.find(constraint.name);
  if (named != deferred_by_name_.end()) return named->second;
  return all_deferred_.value_or(constraint.initially_deferred);
}

// Events of deferred foreign keys: on the referencing table for rows that come or get another key, on the referenced
// one for keys that go. ON DELETE CASCADE and its like are never deferred.
void DeferredChecks::queue(const Relation& table, const Written& written, const Schema& before, std::size_t index) {
  const auto changes = [&](const std::vector<std::string>& columns) {
    return written.changes && written.query && assigns_any(*written.query, columns);
  };
  for (const ConstraintState& state : table.constraints) {
    const Constraint& key = state.definition;
    if (is_deferred(key) && (written.adds || changes(key.columns))) queued_.push_back({table.name, key.name, index});
  }
  if (!written.removes && !written.changes) return;
  for (const QualifiedName& referenced : with_parents(before, table)) {
    for (const auto& [other, state] : before.referencing(referenced)) {
      const Constraint& key = state->definition;
      if (!is_deferred(key)) continue;
      std::vector<std::string> columns = key.referenced_columns;
      if (const ConstraintState* primary = table.primary_key(); columns.empty() && primary)
        columns = primary->definition.columns;
      if ((written.removes && key.on_delete == ForeignKeyAction::no_action) ||
          (key.on_update == ForeignKeyAction::no_action && changes(columns)))
        queued_.push_back({table.name, key.name, index});
    }
  }
}

// WITH x AS (INSERT …) SELECT … writes too.
void DeferredChecks::write(const Query& query, const Schema& before, std::size_t index) {
  using Kind = Query::Kind;
  std::vector<const Query*> waiting{&query};
  while (!waiting.empty()) {
    const Query& at = *waiting.back();
    waiting.pop_back();
    for (const auto& inner : at.subqueries)
      if (inner) waiting.push_back(inner.get());
    const Relation* table = at.target ? before.find(at.target->name) : nullptr;
    if (!table) continue;
    Written written;
    written.adds = at.kind == Kind::insert || (at.kind == Kind::merge && at.merge_inserts);
    written.changes = at.kind == Kind::update || at.kind == Kind::merge || at.on_conflict;
    written.removes = at.kind == Kind::delete_ || (at.kind == Kind::merge && at.merge_deletes);
    written.query = &at;
    const bool with_children = at.kind != Kind::insert && !at.target->only;
    for (const Relation* part : tables_of_rows(before, *table, with_children)) queue(*part, written, before, index);
  }
}

// What becomes immediate is checked at once, and is queued no longer.
void DeferredChecks::set(const SetConstraints& set, bool certain) {
  if (!certain && !set.deferred) return;
  if (set.names.empty()) {
    all_deferred_ = set.deferred;
    deferred_by_name_.clear();
    if (!set.deferred) queued_.clear();
    return;
  }
  for (const QualifiedName& name : set.names) {
    deferred_by_name_[name.name] = set.deferred;
    if (!set.deferred) std::erase_if(queued_, [&](const Queued& event) { return event.constraint == name.name; });
  }
}

void DeferredChecks::rename(const QualifiedName& from, const QualifiedName& to, bool certain) {
  for (std::size_t i = queued_.size(); i-- > 0;) {
    if (queued_[i].table != from) continue;
    if (!certain) queued_.push_back(queued_[i]);
    queued_[i].table = to;
  }
}

void DeferredChecks::follow(const Operation& operation, const Schema& before, std::size_t index, bool certain) {
  if (operation.explain && !operation.explain_analyze) return;
  if (const auto* dml = operation.as<Dml>(); dml && dml->query) write(*dml->query, before, index);
  if (const auto* copy = operation.as<Copy>()) {
    if (copy->query) write(*copy->query, before, index);
    const Relation* table = copy->from ? before.find(copy->table) : nullptr;
    Written rows;
    rows.adds = true;
    if (table)
      for (const Relation* part : tables_of_rows(before, *table, false)) queue(*part, rows, before, index);
  }
  if (const auto* constraints = operation.as<SetConstraints>()) set(*constraints, certain);
  if (queued_.empty()) return;
  if (const auto* renamed = operation.as<Rename>(); renamed && renamed->old_name.empty()) {
    const QualifiedName from = before.resolve(renamed->relation);
    rename(from, {from.schema, renamed->new_name}, certain);
  }
  if (const auto* moved = operation.as<SetSchema>()) {
    const QualifiedName from = before.resolve(moved->name);
    rename(from, {moved->schema, from.name}, certain);
  }
}

void DeferredChecks::end_transaction() { *this = {}; }

void DeferredChecks::shorten(std::size_t size) { queued_.resize(std::min(queued_.size(), size)); }

std::vector<PendingEvents> DeferredChecks::pending() const {
  std::vector<PendingEvents> events;
  for (const Queued& event : queued_) events.push_back({event.table, event.since});
  return events;
}

}  // namespace mlint
