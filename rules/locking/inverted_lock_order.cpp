#include <algorithm>
#include <optional>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_inverted_lock_order {

using Locked = TransactionLocks::Locked;

static std::optional<std::size_t> position(const TransactionLocks& locks, const QualifiedName& table) {
  const auto found =
      std::find_if(locks.tables.begin(), locks.tables.end(), [&](const Locked& it) { return it.table == table; });
  return found == locks.tables.end() ? std::nullopt : std::optional(found->statement);
}

// Two tables that `earlier` locks first and second, and `later` the other way round.
static const Locked* inverted(const TransactionLocks& earlier, const TransactionLocks& later, QualifiedName& second) {
  for (const Locked& a : later.tables) {
    for (const Locked& b : later.tables) {
      if (a.statement >= b.statement) continue;
      const auto first_a = position(earlier, a.table), first_b = position(earlier, b.table);
      if (!first_a || !first_b || *first_b >= *first_a) continue;
      second = b.table;
      return &a;
    }
  }
  return nullptr;
}

static void check(const MigrationView& view, Reporter& reporter) {
  std::vector<TransactionLocks> before(view.locked_before.begin(), view.locked_before.end());
  for (const TransactionLocks& locks : locks_by_transaction(view)) {
    for (const TransactionLocks& earlier : before) {
      QualifiedName second;
      const Locked* first = inverted(earlier, locks, second);
      if (first == nullptr) continue;
      const std::string where =
          earlier.migration == locks.migration ? "an earlier transaction of this migration" : ticked(earlier.migration);
      Finding finding;
      finding.location = locks.location;
      finding.message = "this transaction locks " + ticked(first->table) + " and then " + ticked(second) + ", " +
                        where + " the other way round: two runs at once wait for each other";
      finding.help = "lock the tables in one order everywhere, best the one that the application's transactions use";
      finding.subject = subject_of(first->table, second.name);
      Label label;
      label.location = earlier.location;
      label.text = "the other order";
      finding.labels.push_back(std::move(label));
      const auto busy = [&](const QualifiedName& table) {
        return size_of(view, table) == TableSize::large || size_of(view, table) == TableSize::hot;
      };
      finding.severity = busy(first->table) || busy(second) ? Severity::warning : Severity::info;
      reporter.add(std::move(finding));
      break;
    }
    before.push_back(locks);
  }
}

}  // namespace of_inverted_lock_order

constexpr Rule inverted_lock_order{
    .info = {.code = "ML139",
             .name = "inverted-lock-order",
             .group = RuleGroup::locking,
             .severity = Severity::info,
             .summary = "Two transactions of a migration, or of a branch, lock the same tables in opposite orders.",
             .effect =
                 "One run of `migrate` after the other is no problem; two at once (replicas that migrate when they "
                 "start, tenants in parallel), or application code that follows one of the orders, wait for each "
                 "other until the server cancels one with a deadlock error.",
             .instead = "Lock the tables in the same order everywhere, or change one table a transaction.",
             .silent_when = "Both transactions use one order, or one statement locks both tables, or a table is new "
                            "on this branch."},
    .on_migration = of_inverted_lock_order::check,
};

}  // namespace mlint::rules
