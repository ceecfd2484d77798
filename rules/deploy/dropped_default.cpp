#include "rules/advice.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_default {

static const Column* added_column(const Statement& statement, QualifiedName& table) {
  const auto* alter = statement.operation.as<AlterTable>();
  if (alter == nullptr) return nullptr;
  for (const AlterAction& action : alter->actions)
    if (const auto* add = action.as<alter::AddColumn>()) {
      table = alter->name;
      return &add->column;
    }
  return nullptr;
}

static bool is_required(const Column& column) {
  bool not_null = false, has_default = false;
  for (const Constraint& constraint : column.constraints) {
    not_null = not_null || constraint.kind == Constraint::Kind::not_null;
    has_default = has_default || constraint.kind == Constraint::Kind::default_;
  }
  return not_null && has_default;
}

static bool drops_default(const Statement& statement, const std::string& column) {
  const auto* alter = statement.operation.as<AlterTable>();
  if (alter == nullptr) return false;
  for (const AlterAction& action : alter->actions)
    if (const auto* drop = action.as<alter::DropDefault>(); drop != nullptr && drop->column == column) return true;
  return false;
}

// A later statement of the migration gives the column a default again: RunSQL behind the AddField.
static bool default_returns(const MigrationView& migration, const Statement& dropped, const QualifiedName& table,
                            const std::string& column) {
  for (std::size_t i = 0; i < migration.statements.size(); ++i) {
    const auto* alter = migration.statements[i].operation.as<AlterTable>();
    if (alter == nullptr || migration.statements[i].index <= dropped.index) continue;
    if (migration.before_statement[i].resolve(alter->name) != table) continue;
    for (const AlterAction& action : alter->actions)
      if (const auto* set = action.as<alter::SetDefault>(); set != nullptr && set->column == column) return true;
  }
  return false;
}

// Django adds the column with its default and drops the default at once: code that runs already leaves it out.
static void check(const OperationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    QualifiedName name;
    const Column* column = added_column(*view.statements[i], name);
    if (column == nullptr || !is_required(*column)) continue;
    const QualifiedName table = view.before[i]->resolve(name);
    if (is_new(*view.before[i], table)) continue;
    for (std::size_t j = i + 1; j < view.statements.size(); ++j) {
      if (!drops_default(*view.statements[j], column->name)) continue;
      const MigrationView& migration = view.migration;
      if (migration.not_in_use(table) || default_returns(migration, *view.statements[j], table, column->name)) return;
      Finding finding;
      finding.message = "running code that inserts into " + ticked(table) + " without " + ticked(column->name) +
                        " fails: the column is NOT NULL and its default is dropped again";
      finding.help = at_least(migration.project.django_version, 5, 0)
                         ? "keep the default in the database with `db_default`"
                         : "keep the default in the database: a RunSQL with ALTER COLUMN … SET DEFAULT behind the "
                           "AddField, dropped after the deploy";
      if (!migration.project.deploy_origin.empty())
        finding.notes.push_back("deployed as " + migration.project.deploy_origin + " says");
      finding.subject = subject_of(table, column->name);
      finding.severity = may_break_running_code(migration.project.deploy);
      if (*finding.severity != Severity::off) reporter.add(std::move(finding));
      return;
    }
  }
}

}  // namespace of_dropped_default

constexpr Rule dropped_default{
    .info = {.code = "ML301",
             .name = "dropped-default",
             .group = RuleGroup::deploy,
             .severity = Severity::info,
             .summary = "A required column is added with a default that is dropped again at once.",
             .effect = "Code of the previous release that inserts a row leaves the column out, and fails until it is "
                       "replaced, or after it is rolled back.",
             .instead = "Keep the default in the database: `db_default` from Django 5.0 on, ALTER COLUMN SET DEFAULT "
                        "before it.",
             .silent_when = "The column is nullable, keeps its default, or the table is new.",
             .django = "all; db_default from 5.0",
             .equivalents = "django-migration-linter:NOT_NULL django-safe-migrations:SM033"},
    .on_operation = of_dropped_default::check,
};

}  // namespace mlint::rules
