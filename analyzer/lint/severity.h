#pragma once

#include <cstdint>

#include "analyzer/diagnostic/finding.h"
#include "analyzer/discover/config.h"

// How serious a hazard is, by how big and how busy its table is known to be: the one table that all rules read.
namespace mlint {

enum class TableSize : std::uint8_t { unknown, small, large, hot };

enum class Hazard : std::uint8_t {
  index_build,               // writers wait for a whole index build
  unique_build,              // a unique index built under its constraint's lock
  scan_under_lock,           // SET NOT NULL, CHECK validated at once, DROP INDEX waiting for all users
  foreign_key_validation,    // validated at once on an existing column
  partition_lock,            // PARTITION OF, ATTACH, DETACH
  parent_lock,               // a brief lock on the referenced table, no scan
  foreign_key_recreated,     // an altered foreign key is dropped and made again
  rewrite,                   // rows copied under ACCESS EXCLUSIVE
  instant_ddl,               // nothing to do, but it queues
  parent_exclusive,          // dropping a foreign key stops readers of the referenced table
  heavy_command,             // VACUUM FULL, CLUSTER, LOCK TABLE, REFRESH …
  work_after_lock,           // work while an earlier ACCESS EXCLUSIVE is held
  missing_lock_timeout,      // once a project
  certain_failure,           // the server or Django refuses it, whatever the rows
  not_null_without_default,  // fails on any row
  may_fail_on_rows,          // unique, check, not null, foreign key over existing rows
  mass_change,               // TRUNCATE CASCADE, DROP … CASCADE, DELETE and UPDATE without WHERE
  data_loss,                 // DROP COLUMN, DROP TABLE
  looks_like_rename,
  type_narrowing,
  no_reverse,
  unbatched,  // every row in one transaction
};

Severity severity_of(Hazard hazard, TableSize size);

// Running code breaks: by the way the project is deployed.
Severity breaks_running_code(DeployModel deploy);
// One below: only some code paths break.
Severity may_break_running_code(DeployModel deploy);

}  // namespace mlint
