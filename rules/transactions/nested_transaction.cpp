#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_nested_transaction {

static void check(const MigrationView& view, Reporter& reporter) {
  bool open = view.atomic;
  for (const Statement& statement : view.statements) {
    const auto* transaction = statement.operation.as<Transaction>();
    if (transaction == nullptr) continue;
    using Kind = Transaction::Kind;
    const bool begins = transaction->kind == Kind::begin || transaction->kind == Kind::start;
    const bool ends = transaction->kind == Kind::commit || transaction->kind == Kind::rollback;
    if (!begins && !ends) continue;
    const bool nothing_to_end = ends && !open;
    if (begins ? open : view.atomic || nothing_to_end) {
      Finding finding;
      finding.location = statement.location;
      finding.message =
          begins ? "BEGIN inside a transaction that is already open does nothing"
          : nothing_to_end
              ? "no transaction is open here: this does nothing"
              : "this ends the transaction of the runner half-way: what follows is not undone when it fails";
      finding.help = nothing_to_end && !view.atomic      ? "remove it, or write the BEGIN that it should end"
                     : view.language == Language::django ? "remove it, or set `atomic = False` on the migration"
                                                         : "leave the transaction to the runner";
      finding.statement = statement.index;
      finding.subject = "transaction." + std::to_string(statement.index);
      reporter.add(std::move(finding));
    }
    open = begins;
  }
}

}  // namespace of_nested_transaction

constexpr Rule nested_transaction{
    .info = {.code = "ML506",
             .name = "nested-transaction",
             .group = RuleGroup::transactions,
             .severity = Severity::warning,
             .summary = "BEGIN, COMMIT or ROLLBACK is written where the runner has a transaction of its own.",
             .effect = "COMMIT ends the runner's transaction half-way, so that a failure afterwards leaves a "
                       "half-applied migration; BEGIN only warns.",
             .instead = "Leave the transaction to the runner, or switch it off (`atomic = False`) and write "
                        "both.",
             .silent_when = "The migration runs without a transaction of the runner, and each BEGIN has its "
                            "COMMIT.",
             .equivalents = "squawk:transaction-nesting django-safe-migrations:SM049"},
    .on_migration = of_nested_transaction::check,
};

}  // namespace mlint::rules
