#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_removed_database_default {

static void check(const OperationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const StatementView at{view.migration, view, *view.statements[i], *view.before[i]};
    each_action<alter::DropDefault>(at, [&](const alter::DropDefault& drop, const QualifiedName& table) {
      const Relation* relation = at.before.find(table);
      const ColumnState* column = relation == nullptr ? nullptr : relation->column(drop.column);
      if (column == nullptr || column->not_null != Known::yes || !column->default_) return;
      if (column->added_in == at.before.unit() || view.migration.not_in_use(table)) return;
      for (std::size_t j = 0; j < i; ++j)  // set and dropped by the same operation: Django fills old rows this way
        for (const auto* set : actions<alter::SetDefault>(view.statements[j]->operation))
          if (set->column == drop.column) return;
      Finding finding;
      finding.message = "running code that leaves " + ticked(drop.column) + " of " + ticked(table) +
                        " to its default fails: the column is NOT NULL and the default goes";
      finding.help = "drop the default one release after the code gives the value";
      finding.subject = subject_of(table, drop.column);
      finding.severity = may_break_running_code(view.migration.project.deploy);
      add_deploy_note(view.migration, finding);
      if (*finding.severity != Severity::off) reporter.add(std::move(finding));
    });
  }
}

}  // namespace of_removed_database_default

constexpr Rule removed_database_default{
    .info = {.code = "ML307",
             .name = "removed-database-default",
             .group = RuleGroup::deploy,
             .severity = Severity::info,
             .summary = "The default of a required column is dropped.",
             .effect = "Code of the previous release that relies on the default inserts NULL and fails.",
             .instead = "Drop the default one release after the code gives the value.",
             .silent_when = "The column is nullable, had no default, or the default was set by the same operation."},
    .on_operation = of_removed_database_default::check,
};

}  // namespace mlint::rules
