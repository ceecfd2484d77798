#include "rules/advice.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_check_validation {

static std::string recipe(const StatementView& view, bool new_column) {
  const bool django = view.migration.language == Language::django;
  if (django && new_column)
    return "Positive…Field brings a CHECK that is validated over every row: use a plain integer field, then "
           "AddConstraintNotValid, then ValidateConstraint, one migration each";
  if (django && at_least(view.migration.project.django_version, 4, 0))
    return "AddConstraintNotValid (django.contrib.postgres.operations) here, ValidateConstraint in a later migration";
  return std::string(new_column ? "add the column without the CHECK, then ADD CONSTRAINT" : "ADD CONSTRAINT") +
         " … CHECK (…) NOT VALID, then VALIDATE CONSTRAINT " + later_step(view.migration);
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
    finding.help = recipe(view, new_column);
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
