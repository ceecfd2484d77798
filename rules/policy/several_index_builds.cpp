#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_several_index_builds(const MigrationView& view, Reporter& reporter) {
  const Statement* second = nullptr;
  std::size_t builds = 0;
  for (const Statement& statement : view.statements) {
    const auto* index = statement.operation.as<CreateIndex>();
    if (index == nullptr || !index->concurrently) continue;
    if (++builds == 2) second = &statement;
  }
  if (second == nullptr) return;
  Finding finding;
  finding.location = second->location;
  finding.message = std::to_string(builds) + " indexes are built in one migration";
  finding.help = "one index a migration";
  finding.statement = second->index;
  finding.subject = "indexes";
  reporter.add(std::move(finding));
}

constexpr Rule several_index_builds{
    .info = {.code = "ML819",
             .name = "several-index-builds",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "One migration builds several indexes.",
             .effect = "It runs long, and a failure leaves some of them.",
             .instead = "One index a migration."},
    .on_migration = find_several_index_builds,
};

}  // namespace mlint::rules
