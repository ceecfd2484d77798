#include <algorithm>

#include "analyzer/lint/load.h"
#include "analyzer/operation/printer.h"
#include "rules/data/data_step.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_left_not_valid {

static bool is_validated_later(const ProjectView& project, const std::string& constraint) {
  for (const django::Migration& migration : project.migrations)
    for (const django::ModelOperation& operation : migration.operations)
      if (names_validation(operation, constraint)) return true;
  return false;
}

// A file on its own says nothing of what comes after it.
static bool is_validated_in_sql(const MigrationView& migration, const std::string& constraint) {
  const std::span<const SqlFile> files = migration.project.sql_files;
  const auto own =
      std::find_if(files.begin(), files.end(), [&](const SqlFile& it) { return it.file == migration.file; });
  if (own == files.end() || own->directory.empty()) return true;
  for (const SqlFile& file : files)
    for (const sql::ParsedStatement& statement : file.parsed.statements)
      for (const Operation& operation : statement.operations)
        if (file.directory == own->directory && names_validation(operation, constraint)) return true;
  return false;
}

static void check(const StatementView& view, Reporter& reporter) {
  const bool django = view.migration.language == Language::django;
  each_action<alter::AddConstraint>(view, [&](const alter::AddConstraint& add, const QualifiedName& table) {
    if (!add.constraint.not_valid || add.constraint.name.empty()) return;
    const std::string& name = add.constraint.name;
    if (django ? is_validated_later(view.migration.project, name) : is_validated_in_sql(view.migration, name)) return;
    Finding finding;
    finding.message = "constraint " + ticked(add.constraint.name) + " of " + ticked(table) +
                      " is NOT VALID, and no migration validates it";
    finding.help = django ? "ValidateConstraint (django.contrib.postgres.operations), or VALIDATE CONSTRAINT, in a "
                            "later migration"
                          : "ALTER TABLE " + quote_ident(table) + " VALIDATE CONSTRAINT " + quote_ident(name) +
                                ", in a later file";
    finding.subject = subject_of(table, add.constraint.name);
    reporter.add(std::move(finding));
  });
}

}  // namespace of_left_not_valid

constexpr Rule left_not_valid{
    .info =
        {.code = "ML612",
         .name = "left-not-valid",
         .group = RuleGroup::data,
         .severity = Severity::info,
         .summary = "A constraint was added NOT VALID and nothing validates it.",
         .effect = "Old rows stay unchecked for good, and the planner cannot use the constraint.",
         .instead = "VALIDATE CONSTRAINT in a later migration.",
         .silent_when =
             "A migration of the project, or a file of the directory, validates it; a .sql file that stands alone."},
    .on_statement = of_left_not_valid::check,
};

}  // namespace mlint::rules
