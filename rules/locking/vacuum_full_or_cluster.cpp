#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_vacuum_full_or_cluster {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* vacuum = view.statement.operation.as<Vacuum>();
  const auto* cluster = view.statement.operation.as<Cluster>();
  const auto* repack = view.statement.operation.as<Repack>();
  if ((vacuum == nullptr || !vacuum->full) && cluster == nullptr && (repack == nullptr || repack->concurrently)) return;
  QualifiedName table;
  if (vacuum != nullptr && !vacuum->tables.empty()) table = resolved(view, vacuum->tables.front());
  if (cluster != nullptr) table = cluster->table;
  if (repack != nullptr) table = repack->table;
  if (!table.name.empty()) {
    table = resolved(view, table);
    if (is_new(view.before, table)) return;
  }
  Finding finding;
  finding.message = std::string(vacuum != nullptr    ? "VACUUM FULL"
                                : cluster != nullptr ? "CLUSTER"
                                                     : "REPACK") +
                    " copies " + (table.name.empty() ? "every table" : ticked(table)) +
                    " under ACCESS EXCLUSIVE: reads and writes wait";
  finding.help = view.migration.project.server.version >= 19 ? "REPACK (CONCURRENTLY), outside a transaction"
                                                             : "plain VACUUM, or pg_repack outside the migration";
  finding.subject = subject_of(table, "copy");
  report(view, reporter, Hazard::heavy_command, table, std::move(finding));
}

}  // namespace of_vacuum_full_or_cluster

constexpr Rule vacuum_full_or_cluster{
    .info = {.code = "ML121",
             .name = "vacuum-full-or-cluster",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "VACUUM FULL or CLUSTER runs in a migration.",
             .effect = "The table is copied under ACCESS EXCLUSIVE, so every query on it waits until the copy "
                       "is done.",
             .instead = "Plain VACUUM reclaims space while others work; pg_repack, or REPACK CONCURRENTLY from "
                        "PostgreSQL 19, copies without the lock.",
             .silent_when = "Plain VACUUM, or a table made in the same file.",
             .postgresql = "REPACK from 19",
             .equivalents = "squawk:prefer-repack pgsafe:vacuum-full-cluster pgfence:vacuum-full"},
    .on_statement = of_vacuum_full_or_cluster::check,
};

}  // namespace mlint::rules
