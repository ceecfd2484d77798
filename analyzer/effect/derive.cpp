#include "analyzer/effect/derive.h"

#include <algorithm>
#include <utility>

#include "analyzer/operation/printer.h"

namespace mlint::effect {

bool Target::certain() const { return relation ? relation->certain : index && surely(*table, index); }

Derivation::Derivation(const Operation& op, const Schema& before, const Server& on)
    : operation(op), schema(before), server(on) {}

Target Derivation::target(const Relation& relation) const {
  return {relation.name, relation.kind, &relation, nullptr, nullptr};
}

Target Derivation::target(const Relation& table, const IndexState& index) const {
  QualifiedName name = index.name;
  if (name.schema.empty()) name.schema = table.name.schema;
  const bool partitioned = table.kind == RelationKind::partitioned_table;
  return {name, partitioned ? RelationKind::partitioned_index : RelationKind::index, nullptr, &table, &index};
}

Target Derivation::target(const QualifiedName& name, RelationKind written) const {
  if (const Relation* relation = schema.find(name)) return target(*relation);
  if (const Relation* table = schema.find_index_table(name)) {
    if (const IndexState* index = table->index(name.name)) return target(*table, *index);
  }
  return {schema.resolve(name), written, nullptr, nullptr, nullptr};
}

std::vector<Target> Derivation::descendants(const Target& of) {
  std::vector<Target> all;
  if (!of.relation) return all;
  assume_partitions(*of.relation);
  for (const Relation* child : schema.descendants(of.name)) all.push_back(target(*child));
  return all;
}

std::vector<Target> Derivation::family(const Target& of) {
  std::vector<Target> all{of};
  for (Target& child : descendants(of)) all.push_back(std::move(child));
  return all;
}

std::optional<Target> Derivation::default_partition(const Relation& parent) const {
  for (const QualifiedName& name : parent.children) {
    const Relation* child = schema.find(name);
    if (child && child->bound && child->bound->is_default) return target(*child);
  }
  return std::nullopt;
}

void Derivation::lock(Fact fact, const Target& on) {
  const ServerFact& row = fact_of(fact, server.version);
  lock(row.mode, row, on);
}

// Foreign keys and partitions do not reach the children of classic inheritance.
void Derivation::lock_family(Fact fact, const Target& on) {
  lock(fact, on);
  if (!on.partitioned()) return;
  for (const Target& member : descendants(on)) lock(fact, member);
}

void Derivation::lock(LockMode mode, const ServerFact& fact, const Target& on) {
  if (mode == LockMode::none || is_system(on.name)) return;
  if (used) used->insert(fact.id);
  RelationLock& entry = locks_[on.name];
  if (entry.mode >= mode) {
    if (entry.mode == mode && !fact.brief) entry.brief = false;
    return;
  }
  const QualifiedName& made = on.table ? on.table->name : on.name;
  entry = {{}, on.kind, mode, fact.brief, schema.created_in_this_unit(made), fact.id};
}

void Derivation::work(Fact fact, const Target& on, std::string object, bool assumed) {
  if (is_system(on.name)) return;
  const ServerFact& row = fact_of(fact, server.version);
  if (used) used->insert(row.id);
  Work item{row.work, row.cause, on.name, on.kind, std::move(object), schema.created_in_this_unit(on.name),
            assumed,  row.id};
  for (const Work& other : effects.work) {
    if (other.kind == item.kind && other.cause == item.cause && other.relation == item.relation &&
        other.object == item.object) {
      return;
    }
  }
  effects.work.push_back(std::move(item));
}

void Derivation::refuse(Fact fact) {
  const ServerFact& row = fact_of(fact, server.version);
  if (used) used->insert(row.id);
  if (row.from <= server.version && server.version <= row.to) effects.refused_in_transaction = true;
}

void Derivation::builds(const std::string& index) {
  if (!index.empty() && !contains(effects.builds_indexes, index)) effects.builds_indexes.push_back(index);
}

void Derivation::validates(const std::string& constraint) {
  if (!contains(effects.validates_foreign_keys, constraint)) effects.validates_foreign_keys.push_back(constraint);
}

void Derivation::assume(std::string what) {
  if (!contains(effects.assumptions, what)) effects.assumptions.push_back(std::move(what));
}

void Derivation::fail(std::string why) {
  if (!effects.fails) effects.fails = std::move(why);
}

void Derivation::opaque() {
  effects.known = false;
  effects.reversible = false;
}

void Derivation::assume_partitions(const Relation& table) {
  if (table.kind == RelationKind::partitioned_table && !table.complete)
    assume("partitions of " + quoted(table.name) + " that are not known here are locked and read like it");
}

void Derivation::assume_known(const Target& on) {
  if (on.known() || is_system(on.name)) return;
  assume(quoted(on.name) + " is not known here, it is taken to exist and to hold rows");
}

bool Derivation::absent(const QualifiedName& name, bool if_exists, std::string_view what) {
  if (schema.find(name) || schema.find_index_table(name) || is_system(name)) return false;
  if (schema.was_dropped(name)) {
    if (!if_exists) fail(std::string(what) + " " + quoted(name) + " does not exist");
    return true;
  }
  // IF EXISTS says that it may be absent, and a schema that was given as context says that it is.
  if (!if_exists || !context_given()) return false;
  assume(quoted(name) + " is not in the schema that was given, it is taken to be absent");
  return true;
}

bool Derivation::context_given() const {
  return !schema.relations_where([](const Relation& r) { return r.created_in == 0; }).empty();
}

void Derivation::merge(const Effects& inner, const Schema& inner_before, const FormerNames& former) {
  const auto made_inside = [&](const QualifiedName& name) {
    return inner_before.created_in_this_unit(name) && !schema.created_in_this_unit(name);
  };
  const auto put_back = [&](QualifiedName& name) {
    if (const auto found = former.find(name); found != former.end()) name = found->second;
  };
  for (RelationLock lock : inner.locks) {
    if (made_inside(lock.relation)) continue;
    put_back(lock.relation);
    RelationLock& entry = locks_[std::move(lock.relation)];
    if (entry.mode < lock.mode) entry = std::move(lock);
  }
  for (Work item : inner.work) {
    if (made_inside(item.relation)) continue;
    put_back(item.relation);
    effects.work.push_back(std::move(item));
  }
  take_over(effects, inner);
}

void take_over(Effects& into, const Effects& inner) {
  const auto join = [](std::vector<std::string>& list, const std::vector<std::string>& more) {
    for (const std::string& item : more)
      if (!contains(list, item)) list.push_back(item);
  };
  join(into.builds_indexes, inner.builds_indexes);
  join(into.validates_foreign_keys, inner.validates_foreign_keys);
  join(into.assumptions, inner.assumptions);
  into.may_fail_on_rows = into.may_fail_on_rows || inner.may_fail_on_rows;
  into.loses_data = into.loses_data || inner.loses_data;
  into.reversible = into.reversible && inner.reversible;
  into.known = into.known && inner.known;
}

const Schema& Derivation::after() {
  if (!after_) {
    after_ = schema;
    after_->apply(operation);
  }
  return *after_;
}

Effects Derivation::finish() {
  effects.locks.reserve(locks_.size());
  while (!locks_.empty()) {
    auto node = locks_.extract(locks_.begin());
    effects.locks.push_back(std::move(node.mapped()));
    effects.locks.back().relation = std::move(node.key());
  }
  return std::move(effects);
}

std::vector<QualifiedName> with_partitioned(const Schema& schema, const Relation& table) {
  std::vector<QualifiedName> names{table.name};
  for (std::size_t i = 0; i < names.size() && i < 64; ++i) {
    const Relation* relation = schema.find(names[i]);
    if (relation && relation->is_partition())
      names.insert(names.end(), relation->parents.begin(), relation->parents.end());
  }
  return names;
}

std::vector<const Relation*> typed_tables(const Derivation& d) {
  return d.schema.relations_where([](const Relation& relation) { return !relation.of_type.name.empty(); });
}

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string quoted(const QualifiedName& name) {
  return quoted(name.schema == "public" ? quote_ident(name.name) : quote_ident(name));
}

bool is_system(const QualifiedName& name) {
  const std::string_view schema = name.schema;
  if (schema.empty() || schema == "public") return name.name.starts_with("pg_");
  return schema == "pg_catalog" || schema == "information_schema" || schema == "pg_toast";
}

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace mlint::effect
