#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_tenant_migration_touches_public {

static QualifiedName target_of(const Operation& operation) {
  if (const auto* alter = operation.as<AlterTable>()) return alter->name;
  if (const auto* table = operation.as<CreateTable>()) return table->name;
  if (const auto* index = operation.as<CreateIndex>()) return index->table;
  if (const auto* drop = operation.as<Drop>())
    if (!drop->names.empty() && (drop->kind == ObjectKind::table || drop->kind == ObjectKind::index))
      return drop->names.front();
  return {};
}

static void check(const StatementView& view, Reporter& reporter) {
  if (!view.migration.runs_per_tenant || !is_written_sql(view)) return;
  const QualifiedName target = target_of(view.statement.operation);
  if (target.schema != "public") return;
  Finding finding;
  finding.message = "this runs once in every tenant schema and changes " + ticked("public." + target.name) +
                    ", which is there only once";
  finding.help = "put it into a migration of a shared app";
  finding.subject = subject_of(target, "tenant");
  reporter.add(std::move(finding));
}

}  // namespace of_tenant_migration_touches_public

constexpr Rule tenant_migration_touches_public{
    .info = {.code = "ML522",
             .name = "tenant-migration-touches-public",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "A migration that runs in every tenant schema changes an object of schema public.",
             .effect = "The second tenant's run fails, or changes it again: the object is there only once.",
             .instead = "Put it into a migration of a shared app.",
             .silent_when = "Only functions and types of public are used."},
    .on_statement = of_tenant_migration_touches_public::check,
};

}  // namespace mlint::rules
