#include "rules/advice.h"

#include <algorithm>

#include "rules/recipe.h"
#include "rules/subject.h"

namespace mlint::rules {

std::string outside_transaction(const MigrationView& migration) {
  if (migration.language == Language::django) return "alone in a migration with `atomic = False`";
  switch (migration.runner) {
    case SqlRunner::goose:
      return "in a file of its own with `-- +goose NO TRANSACTION`";
    case SqlRunner::dbmate:
      return "as the only statement of a file with `-- migrate:up transaction:false`";
    case SqlRunner::sqlx:
      return "as the only statement of a file that begins with `-- no-transaction`";
    case SqlRunner::diesel:
      return "as the only statement of a migration with `run_in_transaction = false` in its metadata.toml";
    case SqlRunner::flyway:
      return "in a file of its own with `executeInTransaction=false` in its .conf, and with "
             "`flyway.postgresql.transactional.lock=false`, without which it waits for Flyway's own transaction";
    case SqlRunner::golang_migrate:
    case SqlRunner::prisma:
    case SqlRunner::supabase:
      return "as the only statement of its file, because the runner sends a file as one implicit transaction";
    case SqlRunner::drizzle:
      return "outside the runner, because it sends all pending files in one transaction";
    default:
      return "outside a transaction";
  }
}

std::string later_step(const MigrationView& migration) {
  return migration.language == Language::django ? "in a later migration" : "in a later transaction";
}

bool at_least(const django::Version& version, int major, int minor) {
  return version >= django::Version{major, minor, 0};
}

static bool has_unique(const OperationView& operation) {
  return std::any_of(operation.statements.begin(), operation.statements.end(),
                     [](const Statement* statement) { return !unique_in_steps(*statement).empty(); });
}

std::string concurrent_index_advice(const OperationView& operation, const CreateIndex& index, bool partitioned) {
  if (partitioned)
    return "PostgreSQL cannot build it concurrently on a partitioned table: make it on the parent ONLY, build it "
           "concurrently on each partition, and attach those";
  const std::string where = outside_transaction(operation.migration);
  const std::string_view type = operation_type(operation);
  if (type == "AddIndex") return "use AddIndexConcurrently (django.contrib.postgres.operations) " + where;
  if (has_unique(operation)) return "build it and the index of the unique constraint concurrently, " + where;
  if (type == "AddField" || type == "AlterField")
    return "give the field `db_index=False`, declare the index in Meta.indexes, and add it with "
           "AddIndexConcurrently (django.contrib.postgres.operations) " +
           where + "; or say the same in SQL";
  if (type == "AlterIndexTogether")
    return "declare the index in Meta.indexes and add it with AddIndexConcurrently "
           "(django.contrib.postgres.operations) " +
           where;
  return std::string("build the ") + (index.unique ? "unique index" : "index") + " concurrently, " + where;
}

}  // namespace mlint::rules
