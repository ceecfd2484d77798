#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/effect/lock.h"
#include "analyzer/operation/operation.h"
#include "analyzer/schema/schema.h"

// What a statement costs: facts, derived from (operation, schema before, server). Rules read them and re-derive
// nothing.
namespace mlint {

struct Server {
  int version = 15;  // major, 12 to 19
  bool time_zone_utc = true;
};

struct RelationLock {
  QualifiedName relation;  // as before the statement, with its schema; "pg_temp" for temporary ones
  RelationKind kind = RelationKind::table;
  LockMode mode = LockMode::none;
  bool brief = false;        // released before the statement ends
  bool new_in_unit = false;  // made earlier in the same migration or file: nobody waits
  std::string_view fact;     // id in the table of lock facts
};

enum class WorkKind : std::uint8_t {
  rewrite,        // the heap gets a new file by copying rows
  scan,           // read in full
  index_build,    // a new index
  index_rebuild,  // an existing one
  fk_validation,  // the referencing side is read, the referenced side probed
  file_copy,      // SET TABLESPACE
};

// Why work is done. One statement may do several pieces on one table.
enum class Cause : std::uint8_t {
  volatile_default,
  identity,
  generated_stored,
  constrained_domain,
  type_change,
  collation_change,
  set_expression,
  set_logged,
  access_method,
  cluster,
  vacuum_full,
  refresh,
  tablespace,
  check,
  not_null,
  new_column_not_null,
  primary_key_not_null,
  partition_bound,
  default_partition,
  domain_check,
  index,
  concurrent_index,
  unique,
  primary_key,
  exclusion,
  reindex,
  foreign_key,
  type_change_check,
  query
};

struct Work {
  WorkKind kind = WorkKind::scan;
  Cause cause = Cause::check;
  QualifiedName relation;
  RelationKind relation_kind = RelationKind::table;
  std::string object;  // column, constraint or index it is about
  bool new_in_unit = false;
  bool assumed = false;  // taken at its worst because a fact is missing
  std::string_view fact;
};

struct Effects {
  std::vector<RelationLock> locks;  // strongest mode a relation, sorted by name
  std::vector<Work> work;           // rewrites, scans, builds in the order done
  std::vector<std::string> builds_indexes;
  std::vector<std::string> validates_foreign_keys;
  bool refused_in_transaction = false;
  std::optional<std::string> fails;  // only where failure depends on no row and on nothing unknown
  bool may_fail_on_rows = false;     // unique, check, not null, foreign key, cast over existing rows
  bool loses_data = false;
  bool reversible = true;  // nothing is lost that the reverse statement could not bring back
  bool known = true;
  std::vector<std::string> assumptions;
  // CONCURRENTLY and VALIDATE wait for other transactions without a lock conflict.
  bool waits_for_older_snapshots = false;
  bool waits_for_writers = false;    // of the table
  bool waits_for_all_users = false;  // of the table, readers included

  const RelationLock* lock_on(const QualifiedName& relation) const;
  bool rewrites(const QualifiedName& relation) const;
  bool scans(const QualifiedName& relation) const;
};

Effects effects_of(const Operation& operation, const Schema& before, const Server& server);

}  // namespace mlint
