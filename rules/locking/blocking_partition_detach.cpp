#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_partition_detach {

static std::string help(const StatementView& view, const QualifiedName& parent, bool has_default) {
  if (has_default)
    return "a partitioned table with a DEFAULT partition takes no CONCURRENTLY: set a short lock_timeout and retry";
  if (view.migration.project.server.version < 14)
    return "set a short lock_timeout and retry; CONCURRENTLY needs PostgreSQL 14";
  Recipe recipe;
  for (const auto* detach : actions<alter::DetachPartition>(view.statement.operation))
    recipe.push_back({.sql = {"ALTER TABLE " + sql_name(parent) + " DETACH PARTITION " + sql_name(detach->partition) +
                              " CONCURRENTLY"},
                      .alone = true});
  return with_steps("DETACH PARTITION … CONCURRENTLY " + outside_transaction(view.migration), recipe, view.operation);
}

static bool has_default_partition(const StatementView& view, const QualifiedName& parent) {
  const Relation* relation = view.before.find(parent);
  if (relation == nullptr) return false;
  for (const QualifiedName& child : relation->children) {
    const Relation* partition = view.before.find(child);
    if (partition != nullptr && partition->bound && partition->bound->is_default) return true;
  }
  return false;
}

static void say(const StatementView& view, Reporter& reporter, const QualifiedName& parent,
                const QualifiedName& partition, const char* verb) {
  Finding finding;
  finding.message = std::string(verb) + " partition " + ticked(partition) + " takes ACCESS EXCLUSIVE on " +
                    ticked(parent) + ": reads and writes of all its partitions wait";
  finding.help = help(view, parent, has_default_partition(view, parent));
  finding.subject = subject_of(parent, partition.name);
  report(view, reporter, Hazard::partition_lock, parent, std::move(finding));
}

static void check(const StatementView& view, Reporter& reporter) {
  each_action<alter::DetachPartition>(view, [&](const alter::DetachPartition& detach, const QualifiedName& parent) {
    if (!detach.concurrently && !detach.finalize) say(view, reporter, parent, detach.partition, "detaching");
  });
  const auto* drop = view.statement.operation.as<Drop>();
  if (drop == nullptr || drop->kind != ObjectKind::table) return;
  for (const QualifiedName& name : drop->names) {
    const Relation* relation = view.before.find(name);
    if (relation == nullptr || !relation->bound || relation->parents.empty()) continue;
    const QualifiedName parent = resolved(view, relation->parents.front());
    if (!is_new(view.before, parent)) say(view, reporter, parent, name, "dropping");
  }
}

}  // namespace of_blocking_partition_detach

constexpr Rule blocking_partition_detach{
    .info = {.code = "ML130",
             .name = "blocking-partition-detach",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A partition is detached or dropped under a lock on the whole partitioned table.",
             .effect = "ACCESS EXCLUSIVE on the parent: reads and writes of all partitions wait behind it.",
             .instead = "ALTER TABLE … DETACH PARTITION … CONCURRENTLY outside a transaction (PostgreSQL 14), "
                        "then drop the table.",
             .silent_when = "CONCURRENTLY or FINALIZE is given, or the partitioned table is new.",
             .postgresql = "CONCURRENTLY from 14",
             .equivalents = "squawk:require-concurrent-partition-detach "
                            "pgsafe:detach-partition-non-concurrent pgfence:detach-partition"},
    .on_statement = of_blocking_partition_detach::check,
};

}  // namespace mlint::rules
