#include <algorithm>
#include <set>
#include <string_view>

#include "analyzer/effect/derive.h"
#include "analyzer/effect/pruning.h"
#include "analyzer/effect/writes.h"
#include "analyzer/schema/expressions.h"

// Queries and data: what is read and written, foreign keys and triggers on the way.
namespace mlint::effect {
namespace {

constexpr int view_depth = 32;
constexpr int cascade_depth = 32;

// Partitions that constants of the condition do not exclude.
void partitions_left(Derivation& d, const Relation& table, const Expr* where, std::vector<Target>& out, int depth = 0) {
  if (depth > cascade_depth) return;
  d.assume_partitions(table);
  std::vector<const PartitionBound*> bounds;
  for (const QualifiedName& name : table.children) {
    const Relation* child = where && table.partition_by ? d.schema.find(name) : nullptr;
    if (child && child->bound && !child->bound->is_default) bounds.push_back(&*child->bound);
  }
  for (const QualifiedName& name : table.children) {
    const Relation* child = d.schema.find(name);
    if (!child) continue;
    if (where && table.partition_by && child->bound) {
      const bool wanted = child->bound->is_default ? may_be_in_default(*where, *table.partition_by, bounds)
                                                   : may_overlap(*where, *table.partition_by, *child->bound);
      if (!wanted) continue;
    }
    out.push_back(d.target(*child));
    partitions_left(d, *child, where, out, depth + 1);
  }
}

// Partitions that the rows of an INSERT may go to.
void partitions_for_rows(Derivation& d, const Relation& table, const Query& query, std::vector<Target>& out,
                         int depth = 0) {
  if (depth > cascade_depth || !table.partition_by || table.partition_by->elements.empty()) return;
  d.assume_partitions(table);
  const std::string& key = table.partition_by->elements[0].column;
  std::vector<std::string> columns = query.columns;
  if (columns.empty()) {
    for (const ColumnState& column : table.columns) columns.push_back(column.name);
  }
  const auto at = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), key) - columns.begin());
  std::vector<const Expr*> values;
  bool constant = !query.rows.empty() && at < columns.size();
  for (const auto& row : query.rows) {
    if (at < row.size()) {
      values.push_back(&row[at]);
    } else {
      constant = false;
    }
  }
  bool placed = false;
  for (const bool defaults : {false, true}) {
    for (const QualifiedName& name : table.children) {
      const Relation* child = d.schema.find(name);
      if (!child || !child->bound || child->bound->is_default != defaults) continue;
      const bool fits = !constant || std::any_of(values.begin(), values.end(), [&](const Expr* value) {
        return may_hold(*value, *table.partition_by, *child->bound);
      });
      if (!fits || (defaults && constant && placed && values.size() == 1)) continue;
      placed = true;
      out.push_back(d.target(*child));
      partitions_for_rows(d, *child, query, out, depth + 1);
    }
  }
}

void read(Derivation& d, const QualifiedName& name, bool only, Fact fact, const Expr* where, int depth) {
  if (depth > view_depth) return;
  if (d.absent(name, false, "relation")) return;
  const Target target = d.target(name);
  d.lock(fact, target);
  if (!target.relation) return;
  if (target.kind == RelationKind::view) {
    for (const QualifiedName& base : target.relation->reads) read(d, base, false, fact, nullptr, depth + 1);
    if (target.relation->query && d.schema.has_functions())
      for_each_expression(*target.relation->query, [&](const Expr& node) { run_call(d, node); });
    return;
  }
  if (only) return;
  std::vector<Target> parts;
  partitions_left(d, *target.relation, where, parts);
  for (const Target& part : parts) d.lock(fact, part);
}

bool row_locked(const Query& query, const RelationRef& ref) {
  if (query.row_lock == Query::RowLock::none) return false;
  if (query.row_lock_of.empty()) return true;
  return contains(query.row_lock_of, ref.alias.empty() ? ref.name.name : ref.alias);
}

bool assigns(const Query& query, const std::vector<std::string>& columns) {
  return std::any_of(query.assignments.begin(), query.assignments.end(),
                     [&](const Query::Assignment& a) { return contains(columns, a.column); });
}

bool writes_rows_of(const ForeignKeyAction action) {
  return action == ForeignKeyAction::cascade || action == ForeignKeyAction::set_null ||
         action == ForeignKeyAction::set_default;
}

// Rows that reference what is deleted, or whose key changes: looked for, or changed with it.
void lock_referencing(Derivation& d, const Relation& table, const Query* update, std::set<QualifiedName>& done,
                      int depth) {
  if (depth > cascade_depth || !done.insert(table.name).second) return;
  for (const QualifiedName& name : with_partitioned(d.schema, table)) {
    for (const auto& [other, constraint] : d.schema.referencing(name)) {
      const Constraint& key = constraint->definition;
      if (!key.enforced) continue;
      if (update) {
        std::vector<std::string> used = key.referenced_columns;
        if (used.empty() && table.primary_key()) used = table.primary_key()->definition.columns;
        if (!assigns(*update, used)) continue;
      }
      const bool writes = writes_rows_of(update ? key.on_update : key.on_delete);
      d.lock_family(writes ? Fact::referencing_written : Fact::referencing_read, d.target(*other));
      if (!update && key.on_delete == ForeignKeyAction::cascade) lock_referencing(d, *other, nullptr, done, depth + 1);
    }
  }
}

void lock_referenced(Derivation& d, const Relation& table, const Query* update) {
  for (const QualifiedName& name : with_partitioned(d.schema, table)) {
    const Relation* relation = d.schema.find(name);
    if (!relation) continue;
    for (const ConstraintState& constraint : relation->constraints) {
      const Constraint& key = constraint.definition;
      if (key.kind != Constraint::Kind::foreign_key || !key.enforced) continue;
      if (update && !assigns(*update, key.columns)) continue;
      d.lock_family(Fact::referenced_row, d.target(key.references));
    }
  }
}

void run_triggers(Derivation& d, const Relation& table, bool insert, bool update, bool remove) {
  for (const TriggerState& trigger : table.triggers) {
    const CreateTrigger& definition = trigger.definition;
    const bool fires =
        (insert && definition.on_insert) || (update && definition.on_update) || (remove && definition.on_delete);
    if (!fires || trigger.enabled == 'D') continue;
    for (const FunctionState* function : d.schema.functions(definition.function)) derive_body(d, function->definition);
  }
}

void use_default_sequences(Derivation& d, const Relation& table, const Query& query) {
  for (const ColumnState& column : table.columns) {
    if (column.owned_sequence.empty() || contains(query.columns, column.name)) continue;
    d.lock(Fact::default_sequence,
           d.target(QualifiedName{table.name.schema, column.owned_sequence}, RelationKind::sequence));
  }
}

// ALTER TYPE … ADD VALUE in the same transaction (55P04).
void check_enum_value(Derivation& d, const TypeName& type, const Expr& value) {
  const Expr* constant = &value;
  if (constant->kind == Expr::Kind::cast && constant->arguments.size() == 1) constant = &constant->arguments[0];
  if (constant->kind != Expr::Kind::constant) return;
  const TypeState* state = d.schema.find_type(type.name);
  if (!state || state->kind != TypeState::Kind::enum_) return;
  // 17: also where the type itself was made by the same transaction.
  if (d.server.version >= 17 && state->created_by != 0 && state->created_by == d.schema.transaction()) return;
  if (!d.schema.enum_value_usable(state->name, constant->name)) {
    d.fail("unsafe use of new value " + quoted(constant->name) + " of enum type " + quoted(state->name));
  }
}

void check_enum_values(Derivation& d, const Relation& table, const Query& query) {
  for (const Query::Assignment& assignment : query.assignments) {
    if (const ColumnState* column = table.column(assignment.column))
      check_enum_value(d, column->type, assignment.value);
  }
  for (const auto& row : query.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const ColumnState* column = nullptr;
      if (i < query.columns.size()) {
        column = table.column(query.columns[i]);
      } else if (query.columns.empty() && i < table.columns.size()) {
        column = &table.columns[i];
      }
      if (column) check_enum_value(d, column->type, row[i]);
    }
  }
}

void write(Derivation& d, const Query& query, const QualifiedName& name, int depth, bool by_rules = true);

// What is left of a query that a rule replaces: the rule's query reads the rows that it would have written.
void read_replaced(Derivation& d, const Query& query, const Target& target) {
  if (target.kind == RelationKind::view) {
    for (const QualifiedName& base : target.relation->reads) read(d, base, false, Fact::query_read, nullptr, 0);
    return;
  }
  std::vector<Target> parts;
  if (!query.target || !query.target->only)
    partitions_left(d, *target.relation, query.where ? &*query.where : nullptr, parts);
  for (const Target& part : parts) d.lock(Fact::query_write, part);
}

void write_view(Derivation& d, const Query& query, const Relation& view, int depth) {
  const Writes writes = writes_of(query);
  // The view is taken as a table only for the events that it has an INSTEAD OF trigger of.
  const auto has = [&](bool CreateTrigger::*event) {
    return std::any_of(view.triggers.begin(), view.triggers.end(),
                       [&](const TriggerState& t) { return t.definition.timing == 'i' && t.definition.*event; });
  };
  const bool instead = (!writes.inserts || has(&CreateTrigger::on_insert)) &&
                       (!writes.updates || has(&CreateTrigger::on_update)) &&
                       (!writes.deletes || has(&CreateTrigger::on_delete));
  if (!instead && view.reads.size() == 1) return write(d, query, view.reads[0], depth + 1);
  for (const QualifiedName& base : view.reads) read(d, base, false, Fact::query_read, nullptr, 0);
  run_triggers(d, view, writes.inserts, writes.updates, writes.deletes);
}

bool fires(const RuleState& rule, const Query& query) {
  using Kind = Query::Kind;
  const char event = query.kind == Kind::insert    ? 'i'
                     : query.kind == Kind::update  ? 'u'
                     : query.kind == Kind::delete_ ? 'd'
                                                   : ' ';
  return rule.enabled && rule.event == event;
}

void write_rules(Derivation& d, const Query& query, const Relation& table, int depth) {
  if (table.rules.empty() ||
      !d.bodies
           ->insert({table.name.schema, "rules of " + table.name.name + std::to_string(static_cast<int>(query.kind))})
           .second)
    return;
  for (const RuleState& rule : table.rules) {
    if (!fires(rule, query)) continue;
    for (const auto& action : rule.actions) {
      if (!action || d.depth > 8) continue;
      for_each_relation(*action, [&](const RelationRef& ref, bool written) {
        if (ref.name.name == "old" || ref.name.name == "new") return;
        d.lock(written ? Fact::query_write : Fact::query_read, d.target(ref.name));
      });
      for (const RelationRef& ref : action->from)
        if (row_locked(*action, ref)) read(d, ref.name, ref.only, Fact::query_row_lock, nullptr, depth);
      if (action->target) write(d, *action, action->target->name, depth + 1);
    }
  }
}

// Whether it may put rows into other partitions than they are in: at any depth.
bool moves_rows(const Derivation& d, const Query& query, const Relation& table) {
  const auto key_assigned = [&](const Relation& one) {
    return one.partition_by && std::any_of(one.partition_by->elements.begin(), one.partition_by->elements.end(),
                                           [&](const IndexElement& e) { return assigns(query, {e.column}); });
  };
  if (key_assigned(table)) return true;
  const auto below = d.schema.descendants(table.name);
  return std::any_of(below.begin(), below.end(), [&](const Relation* part) { return key_assigned(*part); });
}

bool is_default(const Expr& value) { return value.kind == Expr::Kind::keyword && value.name == "DEFAULT"; }

// Whether a column gets its default. Through a view, or without a list, names and positions may be others.
bool takes_default(const Query& query, const ColumnState& column, std::size_t position, bool through) {
  const bool set = std::any_of(query.assignments.begin(), query.assignments.end(), [&](const Query::Assignment& a) {
    return is_default(a.value) && (through || a.column == column.name);
  });
  if (set || query.kind == Query::Kind::update) return set;
  if (!query.columns.empty()) {
    const auto at = std::find(query.columns.begin(), query.columns.end(), column.name);
    if (at == query.columns.end()) return true;
    position = static_cast<std::size_t>(at - query.columns.begin());
  } else if (through) {
    return true;
  }
  if (query.rows.empty()) return query.columns.empty();
  return std::any_of(query.rows.begin(), query.rows.end(),
                     [&](const std::vector<Expr>& row) { return position >= row.size() || is_default(row[position]); });
}

// Rules come first; one that replaces the query leaves nothing of it (RewriteQuery). COPY knows none.
void write(Derivation& d, const Query& query, const QualifiedName& name, int depth, bool by_rules) {
  if (depth > view_depth || d.absent(name, false, "relation")) return;
  const Target target = d.target(name);
  d.lock(Fact::query_write, target);
  if (!target.relation) {
    d.assume_known(target);
    return;
  }
  const Relation& table = *target.relation;
  if (by_rules) {
    write_rules(d, query, table, depth);
    const bool replaced = std::any_of(table.rules.begin(), table.rules.end(),
                                      [&](const RuleState& rule) { return rule.replaces && fires(rule, query); });
    // An UPDATE or DELETE of another table still looks for the rows.
    if (replaced && query.kind == Query::Kind::insert) return;
    if (replaced) return read_replaced(d, query, target);
  }
  if (target.kind == RelationKind::view) return write_view(d, query, table, depth);
  const Writes writes = writes_of(query);
  std::vector<Target> parts;
  const bool only = query.target && query.target->only;
  bool moves = false;
  if (query.kind == Query::Kind::insert && table.partition_by) {
    partitions_for_rows(d, table, query, parts);
  } else if (!only && query.kind != Query::Kind::insert) {
    moves = moves_rows(d, query, table);
    partitions_left(d, table, query.where && !moves ? &*query.where : nullptr, parts);
  }
  for (const Target& part : parts) d.lock(Fact::query_write, part);
  if (writes.inserts) {
    lock_referenced(d, table, nullptr);
    use_default_sequences(d, table, query);
  }
  std::set<QualifiedName> done;
  if (writes.updates) {
    lock_referenced(d, table, moves ? nullptr : &query);
    lock_referencing(d, table, &query, done, 0);
  }
  done.clear();
  // Before 15 a row that moves is deleted for those that reference it.
  if (writes.deletes || (moves && d.server.version < 15)) lock_referencing(d, table, nullptr, done, 0);
  check_enum_values(d, table, query);
  run_triggers(d, table, writes.inserts || moves, writes.updates, writes.deletes || moves);
  for (const Target& part : parts) {
    if (part.relation)
      run_triggers(d, *part.relation, writes.inserts || moves, writes.updates, writes.deletes || moves);
  }
  if (!writes.inserts && !writes.updates) return;
  run_for_rows(d, table, [&](const ColumnState& c, std::size_t i) { return takes_default(query, c, i, depth > 0); });
}

void derive_one_query(Derivation& d, const Query& query, std::vector<const Query*>& pending) {
  const Expr* where = query.where && query.from.size() == 1 && !query.target ? &*query.where : nullptr;
  for (const RelationRef& ref : query.from) {
    read(d, ref.name, ref.only, row_locked(query, ref) ? Fact::query_row_lock : Fact::query_read, where, 0);
  }
  if (query.target) write(d, query, query.target->name, 0);
  for (const auto& inner : query.subqueries) {
    if (inner) pending.push_back(inner.get());
  }
  for_each_own_node(query, [&](const Expr& node) {
    run_call(d, node);
    if (node.kind == Expr::Kind::cast && node.arguments.size() == 1) check_enum_value(d, node.type, node.arguments[0]);
    if (node.kind == Expr::Kind::subquery && node.query) pending.push_back(node.query.get());
  });
}

}  // namespace

void derive_query(Derivation& d, const Query& query) {
  std::vector<const Query*> pending{&query};
  std::set<const Query*> seen;
  while (!pending.empty()) {
    const Query* at = pending.back();
    pending.pop_back();
    if (seen.insert(at).second) derive_one_query(d, *at, pending);
  }
}

void derive_expression(Derivation& d, const Expr& expression) {
  for_each_node(expression, [&](const Expr& node) {
    if (node.kind == Expr::Kind::subquery && node.query) derive_query(d, *node.query);
  });
}

void derive(Derivation& d, const Dml& operation) {
  if (!operation.query) return;
  derive_query(d, *operation.query);
  const Query& query = *operation.query;
  if (query.kind == Query::Kind::delete_) d.effects.loses_data = true;
  if (query.kind == Query::Kind::delete_ || query.kind == Query::Kind::update ||
      (query.kind == Query::Kind::merge && (query.merge_deletes || query.merge_updates))) {
    d.effects.reversible = false;
  }
  if (query.kind != Query::Kind::merge) return;
  if (d.server.version < 15) d.fail("MERGE needs PostgreSQL 15");
  if (d.server.version < 17 && query.target && d.target(query.target->name).kind == RelationKind::view) {
    d.fail("cannot execute MERGE on view " + quoted(query.target->name));
  }
}

void derive(Derivation& d, const Copy& operation) {
  if (operation.query) return derive_query(d, *operation.query);
  if (d.absent(operation.table, false, "relation")) return;
  const Target table = d.target(operation.table);
  if (!operation.from) {
    const int version = d.server.version;
    const bool refused = table.kind == RelationKind::view || table.kind == RelationKind::foreign_table ||
                         (table.partitioned() && version < 19) ||
                         (table.kind == RelationKind::materialized_view && version < 18);
    if (refused) d.fail("cannot copy from " + quoted(table.name) + ": COPY (SELECT …) can");
    for (const Target& member : d.family(table)) {
      if (table.partitioned() || member.name == table.name) d.lock(Fact::query_read, member);
    }
    return;
  }
  d.assume_known(table);
  Query query;
  query.kind = Query::Kind::insert;
  query.target = RelationRef{operation.table, {}, false, {}};
  write(d, query, operation.table, 0, false);
}

void derive(Derivation& d, const Prepare& operation) {
  d.runs = false;
  if (operation.query) derive_query(d, *operation.query);
}

}  // namespace mlint::effect
