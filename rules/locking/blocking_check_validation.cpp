#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_check_validation {

static Recipe recipe(const StatementView& view, const Work& work) {
  if (view.operation.statements.size() != 1) return {};  // the steps would leave out what else the operation does
  const std::string table = sql_name(work.relation);
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation))
    for (const Constraint& constraint : add->column.constraints)
      if (constraint.kind == Constraint::Kind::check)
        return column_then_check(table, add->column, constraint.name.empty() ? work.object : constraint.name, nullptr);
  for (const auto* add : actions<alter::AddConstraint>(view.statement.operation)) {
    Constraint check = add->constraint;
    if (check.kind != Constraint::Kind::check) continue;
    if (check.name.empty()) check.name = work.object;
    return validated_later(view.operation, table, check);
  }
  return {};
}

static bool adds_column(const Operation& operation) {
  const auto* alter = operation.as<AlterTable>();
  if (alter == nullptr) return false;
  for (const AlterAction& action : alter->actions)
    if (action.as<alter::AddColumn>() != nullptr) return true;
  return false;
}

static void check(const StatementView& view, Reporter& reporter) {
  if (!actions<alter::ValidateConstraint>(view.statement.operation).empty()) return;
  bool said = false;
  each_work(view.statement.effects, Cause::check, [&](const Work& work) {
    if (said || work.kind != WorkKind::scan) return;
    said = true;
    const bool new_column = adds_column(view.statement.operation);
    Finding finding;
    finding.message = std::string(new_column ? "the CHECK of a new column" : "adding a CHECK") + " scans " +
                      ticked(work.relation) + " under ACCESS EXCLUSIVE: reads and writes wait";
    if (new_column) finding.notes.push_back("PostgreSQL reads every row although the column is new");
    // Django makes the CHECK of a positive field again under the new name.
    finding.help =
        operation_type(view.operation) == "RenameField"
            ? "keep the column with `db_column`; or leave the CHECK be: rename the column by RunSQL, and give "
              "the RenameField as state_operations"
            : with_steps(
                  "add it NOT VALID, and validate it " + later_step(view.migration) + ", while reads and writes go on",
                  recipe(view, work), view.operation);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::scan_under_lock, work.relation, std::move(finding));
  });
}

}  // namespace of_blocking_check_validation

constexpr Rule blocking_check_validation{
    .info = {.code = "ML106",
             .name = "blocking-check-validation",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A CHECK constraint is validated while it is added.",
             .effect = "The whole table is read under ACCESS EXCLUSIVE, so every query on it waits until the "
                       "scan ends.",
             .instead = "Add the constraint NOT VALID, then VALIDATE CONSTRAINT in a later transaction, which "
                        "lets reads and writes go on.",
             .silent_when = "The constraint is NOT VALID, or the table is new or small.",
             .equivalents = "squawk:constraint-missing-not-valid pgsafe:add-check-without-not-valid "
                            "pgfence:add-constraint-check-no-not-valid eugene:E1 atlas:PG305 "
                            "strong_migrations:add_check_constraint online_migrations:add_check_constraint "
                            "django-safe-migrations:SM017 online_migrations:add_text_limit_constraint"},
    .on_statement = of_blocking_check_validation::check,
};

}  // namespace mlint::rules
