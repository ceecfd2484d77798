#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_concurrently_in_transaction {

static std::string what_is_refused(const Operation& operation) {
  if (operation.as<CreateIndex>() != nullptr) return "CREATE INDEX CONCURRENTLY";
  if (operation.as<Drop>() != nullptr) return "DROP INDEX CONCURRENTLY";
  if (const auto* reindex = operation.as<Reindex>())
    return reindex->concurrently ? "REINDEX CONCURRENTLY" : "REINDEX here";
  if (operation.as<AlterTable>() != nullptr) return "DETACH PARTITION CONCURRENTLY";
  if (operation.as<Vacuum>() != nullptr) return "VACUUM";
  if (operation.as<Cluster>() != nullptr) return "CLUSTER here";
  return "this statement";
}

// The statement as it is, where it may stand alone. An operation of several statements is more than that.
static Recipe recipe(const StatementView& view) {
  if (view.operation.statements.size() != 1) return {};
  Step step{.sql = {plain_sql(view.statement.text)}, .alone = true};
  const std::string_view type = operation_type(view.operation);
  if (view.migration.language == Language::django) step.django = source_of(view.operation);
  if (type == "SeparateDatabaseAndState") return {};
  return {step};
}

static void check(const StatementView& view, Reporter& reporter) {
  if (!view.statement.effects.refused_in_transaction || !view.statement.transaction) return;
  Finding finding;
  const std::string what = what_is_refused(view.statement.operation);
  const bool by_runner = view.migration.atomic;
  finding.message = what + " cannot run inside a transaction" +
                    (by_runner && view.migration.language == Language::django ? ", and this migration is atomic" : "");
  finding.help = with_steps("run it " + outside_transaction(view.migration), recipe(view), view.operation);
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

}  // namespace of_concurrently_in_transaction

constexpr Rule concurrently_in_transaction{
    .info = {.code = "ML501",
             .name = "concurrently-in-transaction",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "A statement that PostgreSQL refuses inside a transaction runs inside one.",
             .effect = "The server stops it with 25001, and the migration fails on every database.",
             .instead = "Run it alone and outside a transaction: in Django in a migration with `atomic = False`.",
             .silent_when = "The migration is not atomic, or the file runs without a transaction.",
             .equivalents = "squawk:ban-concurrent-index-creation-in-transaction atlas:PG103 "
                            "pgfence:concurrent-in-transaction pgsafe:concurrently-in-transaction "
                            "django-safe-migrations:SM018"},
    .on_statement = of_concurrently_in_transaction::check,
};

}  // namespace mlint::rules
