#include <algorithm>

#include "rules/advice.h"
#include "rules/locking/foreign_key.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_recreated_foreign_key {

// For null to NOT NULL, which is what people do.
static Recipe recipe(const OperationView& view, const QualifiedName& table) {
  for (const Statement* statement : view.statements)
    for (const auto* set : actions<alter::SetNotNull>(statement->operation))
      return not_null_with_fill(view, table, set->column);
  return {};
}

static std::string instead(const OperationView& view) {
  const std::string type(operation_type(view));
  if (type == "RenameField")
    return "keep the column with `db_column`; or leave the foreign key be: rename the column by RunSQL, and give the "
           "RenameField as state_operations";
  if (view.migration.language == Language::sql || type == "RunSQL")
    return "add the new foreign key under another name NOT VALID, validate it " + later_step(view.migration) +
           ", and drop the old one behind that";
  return "leave the foreign key be: make the column's change by RunSQL, and give the AlterField as state_operations";
}

// The key refers to a column whose type changes, and its own table is rewritten with it: that says more.
static bool follows_rewrite(const OperationView& view, const QualifiedName& table) {
  bool rewritten = false;
  for (const Statement* statement : view.statements)
    each_work(statement->effects, Cause::type_change, [&](const Work& work) {
      rewritten = rewritten || (work.kind == WorkKind::rewrite && !work.assumed && work.relation == table);
    });
  return rewritten;
}

static void report(const OperationView& view, Reporter& reporter, const RecreatedForeignKey& found) {
  if (is_new(*view.before.front(), found.table)) return;
  Finding finding;
  finding.message = "the foreign key of " + ticked(found.table) + " is dropped and made again: ACCESS EXCLUSIVE on " +
                    ticked(found.table) + " and " + ticked(found.references) + ", and every row is looked up";
  finding.help = with_steps(instead(view), recipe(view, found.table), view);
  finding.subject = subject_of(found.table, found.column);
  Severity severity = severity_on(view.migration, Hazard::foreign_key_recreated, found.table);
  const Severity parent = severity_on(view.migration, Hazard::foreign_key_recreated, found.references);
  if (view.migration.not_in_use(found.references) || parent > severity) severity = std::max(severity, parent);
  const bool says_as_much = severity_on(view.migration, Hazard::rewrite, found.table) >= severity;
  if (says_as_much && follows_rewrite(view, found.table)) return;
  finding.severity = severity;
  reporter.add(std::move(finding));
}

// Of one operation of Django the first stands for all: the keys to a column go and come with it.
static void check(const OperationView& view, Reporter& reporter) {
  const std::vector<RecreatedForeignKey> found = recreated_foreign_keys(view);
  for (const RecreatedForeignKey& key : found) {
    report(view, reporter, key);
    if (!is_written_sql({view.migration, view, *key.dropped, *view.before.front()})) return;
  }
}

}  // namespace of_recreated_foreign_key

constexpr Rule recreated_foreign_key{
    .info = {.code = "ML108",
             .name = "recreated-foreign-key",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "An altered foreign key is dropped and made again.",
             .effect = "Dropping it takes ACCESS EXCLUSIVE on both tables, held while making it again reads "
                       "every row.",
             .instead = "Leave the foreign key alone: change only the column by RunSQL, with the AlterField as "
                        "state_operations.",
             .silent_when = "The field keeps its null, default and (before Django 4.1) choices, it refers to another "
                            "table now, the table is new, or table-rewrite-on-type-change says more.",
             .django = "3.2+; choices alone only before 4.1"},
    .on_operation = of_recreated_foreign_key::check,
};

}  // namespace mlint::rules
