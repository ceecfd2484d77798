#include "rules/advice.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_not_null_without_default {

static std::string recipe(const StatementView& view) {
  if (view.migration.language == Language::sql)
    return "add it with a DEFAULT, or nullable, fill it in batches, then make it NOT NULL";
  if (at_least(view.migration.project.django_version, 5, 0))
    return "give the field a `db_default`, or add it with `null=True`, fill it in batches, then make it required";
  return "add the field with `null=True`, fill it in batches in a later migration, then make it required";
}

// An earlier statement of the migration writes rows of its own into the table: not those that a query finds.
static bool has_rows(const StatementView& view, const QualifiedName& table) {
  for (const Statement& earlier : view.migration.statements) {
    if (earlier.index >= view.statement.index) break;
    const auto* dml = earlier.operation.as<Dml>();
    if (dml == nullptr || !dml->query || dml->query->kind != Query::Kind::insert || !dml->query->target) continue;
    const bool values = dml->query->from.empty() && dml->query->subqueries.empty();
    if (values && view.before.resolve(dml->query->target->name) == table) return true;
  }
  return false;
}

static void check(const StatementView& view, Reporter& reporter) {
  for (const Work& work : view.statement.effects.work) {
    if (work.cause != Cause::new_column_not_null) continue;
    const bool filled = has_rows(view, work.relation);
    if (work.new_in_unit && !filled) continue;
    Finding finding;
    finding.message = "new column " + ticked(work.object) + " of " + ticked(work.relation) +
                      " is NOT NULL without a default: it " +
                      (filled ? "fails on the rows that were inserted before" : "fails when the table has a row");
    finding.help = recipe(view);
    finding.subject = subject_of(work.relation, work.object);
    if (filled) {
      finding.severity = Severity::error;
      reporter.add(std::move(finding));
    } else if (view.migration.is_of_earlier_part(work.relation)) {
      finding.severity = Severity::info;
      finding.notes.push_back("the first migration of the app has parts, and an earlier one makes the table");
      reporter.add(std::move(finding));
    } else {
      report(view, reporter, Hazard::not_null_without_default, work.relation, std::move(finding));
    }
  }
}

}  // namespace of_not_null_without_default

constexpr Rule not_null_without_default{
    .info = {.code = "ML601",
             .name = "not-null-without-default",
             .group = RuleGroup::data,
             .severity = Severity::error,
             .summary = "A NOT NULL column without a default is added to an existing table.",
             .effect = "The statement fails with 23502 as soon as the table holds one row.",
             .instead =
                 "Give the column a default in the database, or add it nullable, fill it, then make it NOT NULL.",
             .silent_when =
                 "The table is made in the same migration or file, and no row is inserted in between. Where "
                 "parts of one first migration (`initial = True`, made at the same time) share it, it is info.",
             .equivalents = "squawk:adding-required-field pgsafe:add-column-not-null-no-default "
                            "atlas:MF103 django-migration-linter:NOT_NULL django-safe-migrations:SM001 "
                            "pgfence:add-column-not-null-no-default"},
    .on_statement = of_not_null_without_default::check,
};

}  // namespace mlint::rules
