#include <algorithm>

#include "analyzer/django/model_state.h"
#include "analyzer/lint/load.h"
#include "analyzer/operation/printer.h"
#include "rules/data/copying_sql.h"
#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_left_not_valid {

struct Named {
  const QualifiedName& table;
  const std::string& constraint;
};

static bool validates(const std::vector<sql::ParsedStatement>& statements, const Named& named) {
  for (const sql::ParsedStatement& statement : statements)
    for (const Operation& operation : statement.operations) {
      const auto* alter = operation.as<AlterTable>();
      if (alter == nullptr || !means_table(alter->name, named.table)) continue;
      for (const auto* validate : actions<alter::ValidateConstraint>(operation))
        if (validate->name == named.constraint) return true;
    }
  return false;
}

// A model that is not there at the end of the migration that adds the constraint may have the table later.
static bool may_have_table(const StatementView& view, const std::string& app, std::string_view model,
                           const QualifiedName& table) {
  const auto* judged = view.migration.judged;
  const django::ModelPtr state = judged == nullptr ? nullptr : judged->models_after->find(app, lower(model));
  return state == nullptr || state->table.empty() || state->table == table.name;
}

static bool validates(const StatementView& view, const std::string& app, const django::ModelOperation& operation,
                      const Named& named) {
  if (operation.known_as == "ValidateConstraint" && operation.text("name") == named.constraint &&
      may_have_table(view, app, operation.text("model_name"), named.table))
    return true;
  const auto& nested = operation.database_operations;
  return std::any_of(operation.sql.begin(), operation.sql.end(),
                     [&](const django::SqlText& sql) { return validates(sql.parsed.statements, named); }) ||
         std::any_of(nested.begin(), nested.end(),
                     [&](const django::ModelOperation& one) { return validates(view, app, one, named); });
}

static bool is_validated_later(const StatementView& view, const Named& named) {
  for (const django::Migration& migration : view.migration.project.migrations)
    for (const django::ModelOperation& operation : migration.operations)
      if (validates(view, migration.key.app, operation, named)) return true;
  return false;
}

// A file on its own says nothing of what comes after it.
static bool is_validated_in_sql(const MigrationView& migration, const Named& named) {
  const std::span<const SqlFile> files = migration.project.sql_files;
  const auto own =
      std::find_if(files.begin(), files.end(), [&](const SqlFile& it) { return it.file == migration.file; });
  if (own == files.end() || own->directory.empty()) return true;
  return std::any_of(files.begin(), files.end(), [&](const SqlFile& file) {
    return file.directory == own->directory && validates(file.parsed.statements, named);
  });
}

static void check(const StatementView& view, Reporter& reporter) {
  const bool django = view.migration.language == Language::django;
  each_action<alter::AddConstraint>(view, [&](const alter::AddConstraint& add, const QualifiedName& table) {
    if (!add.constraint.not_valid || add.constraint.name.empty()) return;
    const std::string& name = add.constraint.name;
    const Named named{table, name};
    if (django ? is_validated_later(view, named) : is_validated_in_sql(view.migration, named)) return;
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
