#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_grant_on_database {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* grant = view.statement.operation.as<Grant>();
  if (grant == nullptr || grant->revoke || grant->kind != ObjectKind::database) return;
  if (view.migration.project.server.version < 15 || !grant->privileges.empty()) return;
  Finding finding;
  finding.message = "GRANT ALL ON DATABASE gives no CREATE on schema `public` from PostgreSQL 15 on";
  finding.help = "GRANT CREATE, USAGE ON SCHEMA public TO the role as well";
  finding.subject = "grant.database";
  reporter.add(std::move(finding));
}

}  // namespace of_grant_on_database

constexpr Rule grant_on_database{
    .info = {.code = "ML607",
             .name = "grant-on-database",
             .group = RuleGroup::data,
             .severity = Severity::info,
             .summary = "GRANT ALL ON DATABASE gives no right to make tables.",
             .effect = "From PostgreSQL 15 on, CREATE on schema public belongs to the database owner only, so "
                       "that migrations of that role fail.",
             .instead = "GRANT CREATE ON SCHEMA public as well, or make the role the owner.",
             .silent_when = "Privileges are named, or the server is older than 15.",
             .postgresql = "15+"},
    .on_statement = of_grant_on_database::check,
};

}  // namespace mlint::rules
