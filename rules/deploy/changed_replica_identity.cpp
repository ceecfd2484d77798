#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_changed_replica_identity {

static void check(const StatementView& view, Reporter& reporter) {
  bool found = false;
  std::string what;
  each_action<alter::ReplicaIdentity>(view, [&](const alter::ReplicaIdentity&, const QualifiedName& table) {
    found = true;
    what = ticked(table);
  });
  if (!found) return;
  Finding finding;
  finding.message = "consumers of logical replication see other old rows of " + what + " from now on";
  finding.help = "change subscribers first";
  finding.subject = what;

  reporter.add(std::move(finding));
}

}  // namespace of_changed_replica_identity

constexpr Rule changed_replica_identity{
    .info = {.code = "ML310",
             .name = "changed-replica-identity",
             .group = RuleGroup::deploy,
             .severity = Severity::info,
             .summary = "The replica identity of a table is changed.",
             .effect = "Whoever still uses the old form fails or sees something else.",
             .instead = "Change subscribers first.",
             .silent_when = "Nobody replicates the table logically."},
    .on_statement = of_changed_replica_identity::check,
};

}  // namespace mlint::rules
