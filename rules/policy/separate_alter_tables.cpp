#include <map>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_separate_alter_tables(const MigrationView& view, Reporter& reporter) {
  std::map<QualifiedName, std::size_t> seen;
  for (const Statement& statement : view.statements) {
    const auto* alter = statement.operation.as<AlterTable>();
    if (alter == nullptr || view.language != Language::sql) continue;
    if (++seen[alter->name] != 2) continue;
    Finding finding;
    finding.location = statement.location;
    finding.message = ticked(alter->name) + " is altered by several statements";
    finding.help = "join them into one ALTER TABLE";
    finding.statement = statement.index;
    finding.subject = subject_of(alter->name);
    reporter.add(std::move(finding));
  }
}

constexpr Rule separate_alter_tables{
    .info = {.code = "ML821",
             .name = "separate-alter-tables",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "One table is altered by several statements.",
             .effect = "Each takes the lock again, and reads the table again.",
             .instead = "Join them into one ALTER TABLE.",
             .equivalents = "eugene:W12 django-safe-migrations:SM054"},
    .on_migration = find_separate_alter_tables,
};

}  // namespace mlint::rules
