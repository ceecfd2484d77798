#include "analyzer/lint/facts.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/diagnostic/listed.h"
#include "analyzer/operation/printer.h"

namespace mlint {

std::string_view name_of(WorkKind kind) {
  switch (kind) {
    case WorkKind::rewrite:
      return "rewrite";
    case WorkKind::scan:
      return "scan";
    case WorkKind::index_build:
      return "index_build";
    case WorkKind::index_rebuild:
      return "index_rebuild";
    case WorkKind::fk_validation:
      return "fk_validation";
    case WorkKind::file_copy:
      return "file_copy";
  }
  return "scan";
}

std::string_view who_waits(LockMode mode) {
  if (stops_readers(mode)) return "reads and writes wait";
  if (stops_writers(mode)) return "writes wait, reads go on";
  return {};
}

namespace {

std::string_view because_of(Cause cause) {
  switch (cause) {
    case Cause::volatile_default:
      return "a volatile default";
    case Cause::identity:
      return "an identity column";
    case Cause::generated_stored:
      return "a stored generated column";
    case Cause::constrained_domain:
      return "a domain with constraints";
    case Cause::type_change:
      return "a change of type";
    case Cause::collation_change:
      return "a change of collation";
    case Cause::set_expression:
      return "a new generation expression";
    case Cause::set_logged:
      return "SET LOGGED or UNLOGGED";
    case Cause::access_method:
      return "another access method";
    case Cause::cluster:
      return "CLUSTER";
    case Cause::vacuum_full:
      return "VACUUM FULL";
    case Cause::refresh:
      return "REFRESH";
    case Cause::tablespace:
      return "another tablespace";
    case Cause::check:
      return "a CHECK constraint";
    case Cause::not_null:
    case Cause::new_column_not_null:
      return "NOT NULL";
    case Cause::primary_key_not_null:
      return "NOT NULL of a primary key";
    case Cause::partition_bound:
      return "a partition bound";
    case Cause::default_partition:
      return "the bound of the default partition";
    case Cause::domain_check:
      return "a constraint of a domain";
    case Cause::index:
      return "an index";
    case Cause::concurrent_index:
      return "an index, concurrently";
    case Cause::unique:
      return "a unique index";
    case Cause::primary_key:
      return "a primary key";
    case Cause::exclusion:
      return "an exclusion constraint";
    case Cause::reindex:
      return "REINDEX";
    case Cause::foreign_key:
      return "a foreign key";
    case Cause::type_change_check:
      return "a CHECK on a column whose type changes";
    case Cause::query:
      return "a query";
  }
  return "a query";
}

std::string sentence_of(const Work& work) {
  const std::string table = quote_ident(work.relation);
  const std::string about = work.object.empty() ? "" : " (" + work.object + ")";
  std::string text;
  switch (work.kind) {
    case WorkKind::rewrite:
      text = "rewrites " + table + " for " + std::string(because_of(work.cause)) + about;
      break;
    case WorkKind::scan:
      text = "reads all of " + table + " for " + std::string(because_of(work.cause)) + about;
      break;
    case WorkKind::index_build:
      text = "builds " + std::string(because_of(work.cause)) + about + " on " + table;
      break;
    case WorkKind::index_rebuild:
      text = "rebuilds an index" + about + " of " + table;
      break;
    case WorkKind::fk_validation:
      text = "checks every row of " + table + " for a foreign key" + about;
      break;
    case WorkKind::file_copy:
      text = "copies the files of " + table;
      break;
  }
  return work.assumed ? text + ", taken at its worst" : text;
}

// All the indexes of a table that a statement rebuilds are one line.
std::string rebuild_sentence(std::span<const Work> all, const Work& first) {
  std::vector<std::string> names;
  for (const Work& work : all) {
    if (work.kind == first.kind && work.relation == first.relation && work.assumed == first.assumed)
      names.push_back(work.object);
  }
  if (names.size() < 2) return sentence_of(first);
  return "rebuilds " + std::to_string(names.size()) + " indexes (" + listed(names, 3) + ") of " +
         quote_ident(first.relation) + (first.assumed ? ", taken at its worst" : "");
}

bool holds_rows(RelationKind kind) {
  return kind == RelationKind::table || kind == RelationKind::partitioned_table ||
         kind == RelationKind::materialized_view || kind == RelationKind::foreign_table;
}

// The strongest lock on each relation that others can see. Locks of indexes and sequences follow from those of their
// tables and are left out beside them.
std::vector<LockFact> locks_of(std::span<const Statement* const> about) {
  std::map<QualifiedName, const RelationLock*> strongest;
  for (const Statement* statement : about) {
    for (const RelationLock& lock : statement->effects.locks) {
      if (lock.new_in_unit || lock.mode == LockMode::none) continue;
      const RelationLock*& best = strongest[lock.relation];
      if (!best || lock.mode > best->mode) best = &lock;
    }
  }
  const bool tables =
      std::any_of(strongest.begin(), strongest.end(), [](const auto& each) { return holds_rows(each.second->kind); });
  std::vector<const RelationLock*> order;
  for (const auto& [name, lock] : strongest) {
    if (!tables || holds_rows(lock->kind)) order.push_back(lock);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->mode > b->mode; });
  std::vector<LockFact> facts;
  for (const RelationLock* lock : order) {
    facts.push_back({quote_ident(lock->relation), std::string(name_of(lock->kind)), std::string(name_of(lock->mode)),
                     std::string(who_waits(lock->mode))});
  }
  return facts;
}

template <class Text>
void add_once(std::vector<std::string>& list, const Text& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

// Tables that an earlier statement of the transaction holds hard, and this one by itself would not, while it works.
std::vector<std::string> tables_shut_meanwhile(const Statement& statement) {
  const auto& work = statement.effects.work;
  std::vector<std::string> tables;
  if (std::all_of(work.begin(), work.end(), [](const Work& each) { return each.new_in_unit; })) return tables;
  for (const HeldLock& held : statement.held) {
    const bool table = held.kind == RelationKind::table || held.kind == RelationKind::partitioned_table;
    if (!table || held.new_in_unit || held.mode != LockMode::access_exclusive) continue;
    const RelationLock* own = statement.effects.lock_on(held.relation);
    if (own == nullptr || own->mode != LockMode::access_exclusive) tables.push_back(quote_ident(held.relation));
  }
  return tables;
}

// What a RunPython does: sqlmigrate has a comment for it.
bool has_no_text(const Statement& statement) { return statement.text.starts_with("-- THIS OPERATION CANNOT"); }

// How long the hardest lock stays, and what runs under it.
std::string held_of(std::span<const Statement* const> about, std::span<const Statement> all) {
  const Statement* hard = nullptr;
  for (const Statement* statement : about) {
    if (!statement->transaction) continue;
    for (const RelationLock& lock : statement->effects.locks) {
      if (!hard && !lock.new_in_unit && !lock.brief && stops_writers(lock.mode)) hard = statement;
    }
  }
  if (!hard) return {};
  std::size_t later = 0;
  for (const Statement& other : all) {
    const bool ends = other.operation.as<Transaction>() != nullptr;
    if (other.index > hard->index && other.transaction == hard->transaction && !ends) ++later;
  }
  if (later == 0) return "until COMMIT";
  return "until COMMIT; " + std::to_string(later) + (later == 1 ? " more statement runs" : " more statements run") +
         " under it";
}

// Django says SET CONSTRAINTS … IMMEDIATE before what it is about to do.
std::string shown(std::span<const Statement* const> about) {
  const auto acts = [](const Statement* it) { return it->operation.as<SetConstraints>() == nullptr; };
  const auto found = std::find_if(about.begin(), about.end(), acts);
  const Statement& statement = found == about.end() ? *about.front() : **found;
  return has_no_text(statement) ? std::string() : statement.text;
}

}  // namespace

void fill_facts(Finding& finding, std::span<const Statement* const> about, std::span<const Statement> all) {
  if (about.empty()) return;
  if (finding.locks.empty()) finding.locks = locks_of(about);
  const bool own_work = !finding.work.empty();
  for (const Statement* statement : about) {
    for (const Work& work : statement->effects.work) {
      if (own_work || work.new_in_unit) continue;
      add_once(finding.work, name_of(work.kind));
      const bool rebuild = work.kind == WorkKind::index_rebuild;
      add_once(finding.work_details, rebuild ? rebuild_sentence(statement->effects.work, work) : sentence_of(work));
    }
    // That it is not known what a function does goes without saying.
    if (has_no_text(*statement) && statement->operation.as<Opaque>()) continue;
    for (const std::string& assumption : statement->effects.assumptions) {
      add_once(finding.notes, "assumed: " + assumption);
    }
  }
  std::vector<std::string> shut;
  for (const Statement* statement : about) {
    for (const std::string& table : tables_shut_meanwhile(*statement)) add_once(shut, table);
  }
  if (!shut.empty()) {
    finding.notes.push_back("reads of " + listed(shut) +
                            " wait too: ACCESS EXCLUSIVE was taken before in this transaction");
  }
  if (finding.held.empty()) finding.held = held_of(about, all);
  if (finding.sql.empty()) finding.sql = shown(about);
}

}  // namespace mlint
