#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string_view>

#include "analyzer/effect/effect.h"
#include "analyzer/effect/lock.h"

// The one table of what PostgreSQL locks, rewrites, scans and refuses. Everything else looks a fact up by its id and
// restates no mode.
namespace mlint {

// Which relation a fact speaks of, seen from the statement.
enum class Role : std::uint8_t {
  none,
  target,           // the relation the statement names
  family,           // it and its partitions and inheritance children, unless ONLY
  descendant,       // the partitions or children only
  parent,           // of a partition or an inheritance child
  sibling_default,  // the DEFAULT partition beside a partition
  referenced,       // by a foreign key
  referencing,      // through a foreign key
  index,            // of the target, or the index named
  index_table,      // the table of the index named
  parent_index,     // the partitioned index above an index
  sequence,         // owned by, or used in a default of, the target
  dependent,        // views, and tables whose columns go with the object
  source,           // read by the statement
  user,             // tables that use the type or domain
  listed            // other relations the statement names
};

enum class FactKind : std::uint8_t { lock, work, refused };

struct ServerFact {
  std::string_view id;
  FactKind kind = FactKind::lock;
  std::string_view form;  // of the statement
  Role role = Role::none;
  LockMode mode = LockMode::none;  // of a lock
  bool brief = false;              // released before the statement ends, or only taken under some condition
  WorkKind work = WorkKind::scan;  // of work
  Cause cause = Cause::check;
  int from = 12, to = 19;   // PostgreSQL versions
  std::string_view source;  // "measured on …", or what documents it
};

enum class Fact : std::uint16_t {
#define LOCK(id, ...) id,
#define WORK(id, ...) id,
#define REFUSED(id, ...) id,
#define LOCK_ALSO(...)
#include "analyzer/effect/lock_facts.inc"
#undef LOCK
#undef WORK
#undef REFUSED
#undef LOCK_ALSO
};

std::span<const ServerFact> server_facts();

// effects_of, and the ids of all facts that were looked up on the way: what a test needs to find facts without a case.
Effects effects_with_facts(const Operation& operation, const Schema& before, const Server& server,
                           std::set<std::string_view>& used);

// The row that holds for a version; where none does, the nearest one (an operation that the version does not know).
const ServerFact& fact_of(Fact fact, int version);

}  // namespace mlint
