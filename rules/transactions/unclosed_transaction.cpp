#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unclosed_transaction {

static void check(const MigrationView& view, Reporter& reporter) {
  if (view.atomic) return;
  const Statement* begun = nullptr;
  for (const Statement& statement : view.statements) {
    const auto* transaction = statement.operation.as<Transaction>();
    if (transaction == nullptr) continue;
    using Kind = Transaction::Kind;
    if (transaction->kind == Kind::begin || transaction->kind == Kind::start) begun = &statement;
    if (transaction->kind == Kind::commit || transaction->kind == Kind::rollback || transaction->kind == Kind::prepare)
      begun = nullptr;
  }
  if (begun == nullptr) return;
  Finding finding;
  finding.location = begun->location;
  finding.message = "this transaction is never committed: what follows is rolled back when the session ends";
  finding.help = "COMMIT at the end";
  finding.statement = begun->index;
  finding.subject = "transaction." + std::to_string(begun->index);
  reporter.add(std::move(finding));
}

}  // namespace of_unclosed_transaction

constexpr Rule unclosed_transaction{
    .info = {.code = "ML507",
             .name = "unclosed-transaction",
             .group = RuleGroup::transactions,
             .severity = Severity::warning,
             .summary = "A file begins a transaction and does not end it.",
             .effect = "The session ends and rolls everything back, or the next file runs inside.",
             .instead = "COMMIT at the end.",
             .silent_when = "COMMIT or ROLLBACK follows.",
             .equivalents = "squawk:ban-uncommitted-transaction pgfence:unclosed-transaction"},
    .on_migration = of_unclosed_transaction::check,
};

}  // namespace mlint::rules
