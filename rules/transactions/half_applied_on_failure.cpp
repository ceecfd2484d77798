#include <algorithm>
#include <array>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_half_applied_on_failure {

static bool changes_nothing(const Operation& operation) {
  if (operation.as<SetVariable>() || operation.as<Transaction>() || operation.as<SetConstraints>()) return true;
  if (operation.as<SessionCommand>() || operation.as<Comment>() || operation.as<Vacuum>()) return true;
  const auto* dml = operation.as<Dml>();
  return dml != nullptr && (!dml->query || dml->query->kind == Query::Kind::select);
}

static bool action_is_guarded(const AlterAction& action) {
  if (const auto* add = action.as<alter::AddColumn>()) return add->if_not_exists;
  if (const auto* drop = action.as<alter::DropColumn>()) return drop->if_exists;
  if (const auto* drop = action.as<alter::DropConstraint>()) return drop->if_exists;
  return action.as<alter::AddConstraint>() == nullptr && action.as<alter::AttachPartition>() == nullptr &&
         action.as<alter::DetachPartition>() == nullptr && action.as<alter::AddIdentity>() == nullptr;
}

// Running it a second time does no harm.
static bool is_repeatable(const Operation& operation) {
  if (const auto* index = operation.as<CreateIndex>()) return index->if_not_exists;
  if (const auto* drop = operation.as<Drop>()) return drop->if_exists;
  if (const auto* table = operation.as<CreateTable>()) return table->if_not_exists;
  if (const auto* table = operation.as<CreateTableAs>()) return table->if_not_exists;
  if (const auto* sequence = operation.as<CreateSequence>()) return sequence->if_not_exists;
  if (const auto* view = operation.as<CreateView>()) return view->or_replace;
  if (const auto* function = operation.as<CreateFunction>()) return function->or_replace;
  if (const auto* trigger = operation.as<CreateTrigger>()) return trigger->or_replace;
  if (const auto* value = operation.as<AddEnumValue>()) return value->if_not_exists;
  if (const auto* schema = operation.as<CreateSchema>()) return schema->if_not_exists;
  if (const auto* extension = operation.as<CreateExtension>()) return extension->if_not_exists;
  if (const auto* alter = operation.as<AlterTable>()) {
    for (const AlterAction& action : alter->actions)
      if (!action_is_guarded(action)) return false;
    return true;
  }
  return operation.as<CreateEnum>() == nullptr && operation.as<Rename>() == nullptr &&
         operation.as<CreateDomain>() == nullptr && operation.as<CreatePolicy>() == nullptr;
}

static bool has_no_transaction(const MigrationView& view) {
  if (view.language == Language::django) return !view.atomic;
  return !view.atomic && view.runner != SqlRunner::none && view.runner != SqlRunner::plain;
}

// Of a function that asks the catalogue what there is.
static bool asks_what_exists(const django::PythonBody& body) {
  constexpr std::array asked = {std::string_view("pg_class"),     std::string_view("pg_tables"),
                                std::string_view("pg_indexes"),   std::string_view("pg_constraint"),
                                std::string_view("pg_attribute"), std::string_view("information_schema"),
                                std::string_view("to_regclass")};
  const bool in_sql = std::any_of(body.sql.begin(), body.sql.end(), [&](const django::PythonSql& sql) {
    return std::any_of(asked.begin(), asked.end(),
                       [&](std::string_view name) { return sql.text.find(name) != std::string::npos; });
  });
  return in_sql || std::any_of(body.calls.begin(), body.calls.end(),
                               [](const django::PythonCall& call) { return call.has("introspection"); });
}

// SQL of Python behind an `if` in such a function: what was done already is not done again.
static bool is_asked_first(const MigrationView& view, const Statement& statement) {
  if (view.migration == nullptr || statement.index >= view.operation_of.size()) return false;
  const std::size_t index = view.operation_of[statement.index];
  if (index >= view.migration->operations.size()) return false;
  const django::PythonBody* body = view.migration->operations[index].python.get();
  return body != nullptr && asks_what_exists(*body) &&
         std::any_of(body->calls.begin(), body->calls.end(), [&](const django::PythonCall& call) {
           return call.in_condition && call.location.file == statement.location.file &&
                  call.location.span.contains(statement.location.span);
         });
}

static void check(const MigrationView& view, Reporter& reporter) {
  if (!has_no_transaction(view)) return;
  const Statement* unrepeatable = nullptr;
  const Statement* behind = nullptr;
  for (const Statement& statement : view.statements) {
    if (statement.transaction || changes_nothing(statement.operation)) continue;
    if (unrepeatable != nullptr && behind == nullptr) behind = &statement;
    if (unrepeatable == nullptr && !is_repeatable(statement.operation) && !is_asked_first(view, statement))
      unrepeatable = &statement;
  }
  if (behind == nullptr) return;
  Finding finding;
  finding.location = unrepeatable->location;
  finding.labels.push_back({behind->location, {}, "when this fails, the first stays applied"});
  finding.message =
      "this migration has no transaction: when a later statement fails, running it again fails on this one";
  finding.help = "one such statement a migration, or IF NOT EXISTS and IF EXISTS on each";
  finding.statement = unrepeatable->index;
  finding.subject = "half-applied";
  reporter.add(std::move(finding));
}

}  // namespace of_half_applied_on_failure

constexpr Rule half_applied_on_failure{
    .info = {.code = "ML504",
             .name = "half-applied-on-failure",
             .group = RuleGroup::transactions,
             .severity = Severity::warning,
             .summary = "A migration without a transaction has several statements that cannot be repeated.",
             .effect = "When a later one fails, the earlier ones stay, and running the migration again fails "
                       "on them.",
             .instead = "One statement a migration, or guards (IF NOT EXISTS, IF EXISTS) on all of them.",
             .silent_when =
                 "The migration is atomic, has one statement, its statements can be repeated, or Python asks the "
                 "catalogue first.",
             .equivalents = "squawk:prefer-robust-stmts pgsafe:require-if-exists django-safe-migrations:SM036"},
    .on_migration = of_half_applied_on_failure::check,
};

}  // namespace mlint::rules
