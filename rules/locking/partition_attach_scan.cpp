#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_partition_attach_scan {

static void check(const StatementView& view, Reporter& reporter) {
  each_action<alter::AttachPartition>(view, [&](const alter::AttachPartition& attach, const QualifiedName& parent) {
    std::vector<std::string> scanned;
    QualifiedName first;
    for (const Work& work : view.statement.effects.work) {
      if (work.new_in_unit || (work.cause != Cause::partition_bound && work.cause != Cause::default_partition))
        continue;
      if (scanned.empty()) first = work.relation;
      scanned.push_back(ticked(work.relation));
    }
    if (scanned.empty()) return;
    Finding finding;
    finding.message = "attaching " + ticked(attach.partition) + " to " + ticked(parent) + " scans " + listed(scanned) +
                      " under ACCESS EXCLUSIVE";
    const bool of_default = first != resolved(view, attach.partition);
    finding.help =
        with_steps("let a validated CHECK prove the partition's bound, so that nothing is read under the lock",
                   of_default ? Recipe{} : bound_by_check(view.before, parent, attach), view.operation);
    finding.subject = subject_of(parent, attach.partition.name);
    report(view, reporter, Hazard::partition_lock, first, std::move(finding));
  });
}

}  // namespace of_partition_attach_scan

constexpr Rule partition_attach_scan{
    .info = {.code = "ML129",
             .name = "partition-attach-scan",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "ATTACH PARTITION reads the table to check its bound.",
             .effect = "The partition, and the DEFAULT partition, are read in full under ACCESS EXCLUSIVE.",
             .instead = "Give the partition a valid CHECK that implies its bound before it is attached, and "
                        "drop the CHECK afterwards.",
             .silent_when = "A valid CHECK implies the bound, or the partition is new.",
             .postgresql = "12+: the parent keeps working; before it is locked too",
             .equivalents = "pgsafe:attach-partition pgfence:attach-partition"},
    .on_statement = of_partition_attach_scan::check,
};

}  // namespace mlint::rules
