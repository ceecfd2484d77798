#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_removed_table_in_use {

// A view that is made anew under its name is there again when the transaction ends.
static bool is_made_again(const OperationView& view, const QualifiedName& name) {
  for (const Statement& statement : view.migration.statements) {
    if (const auto* made = statement.operation.as<CreateView>(); made && made->name.name == name.name) return true;
    if (const auto* made = statement.operation.as<CreateTableAs>(); made && made->name.name == name.name) return true;
  }
  return false;
}

static void check(const OperationView& view, Reporter& reporter) {
  if (runs_after_deploy(view.migration)) return;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* drop = view.statements[i]->operation.as<Drop>();
    if (drop == nullptr || !is_read_by_name(drop->kind)) continue;
    for (const QualifiedName& name : drop->names) {
      const QualifiedName table = view.before[i]->resolve(name);
      if (is_new(*view.before[i], table) || view.migration.not_in_use(table)) continue;
      const Relation* relation = view.before[i]->find(table);
      if (relation != nullptr && (relation->persistence == Persistence::temporary || relation->bound)) continue;
      if (drop->kind != ObjectKind::table && is_made_again(view, table)) continue;
      if (!state_goes_with(view, table.name)) continue;
      Finding finding;
      finding.message = "running code that still uses " + ticked(table) + " fails once it is gone";
      finding.help = view.migration.language == Language::django
                         ? "in this release only remove the model from the state: "
                           "SeparateDatabaseAndState(state_operations=[DeleteModel]); "
                           "drop the table in the next release"
                         : "drop it one release after the code stopped using it";
      finding.subject = subject_of(table);
      finding.severity = breaks_running_code(view.migration.project.deploy);
      add_deploy_note(view.migration, finding);
      reporter.add(std::move(finding));
    }
  }
}

}  // namespace of_removed_table_in_use

constexpr Rule removed_table_in_use{
    .info = {.code = "ML303",
             .name = "removed-table-in-use",
             .group = RuleGroup::deploy,
             .severity = Severity::warning,
             .summary = "A table or a view goes that the running release still uses.",
             .effect = "Every query of the previous release on it fails until that code is replaced.",
             .instead = "First release the removal from the code and from the state "
                        "(SeparateDatabaseAndState), and drop the table one release later.",
             .silent_when =
                 "The model left the state in an earlier release, the table is new on this branch, or "
                 "django-safemigrate runs it after the deploy (`safe = Safe.after_deploy()`); a view that the same "
                 "migration makes again.",
             .equivalents = "squawk:ban-drop-table pgsafe:drop-table django-migration-linter:DROP_TABLE "
                            "django-safe-migrations:SM003 pgfence:drop-table"},
    .on_operation = of_removed_table_in_use::check,
};

}  // namespace mlint::rules
