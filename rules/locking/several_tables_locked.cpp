#include <algorithm>
#include <map>

#include "analyzer/operation/printer.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_several_tables_locked {

struct Locked {
  std::vector<QualifiedName> tables;
  std::vector<Location> places;  // where each is
  const Statement* second = nullptr;
  std::size_t first = 0;  // statement
};

// A foreign key that goes locks the table it refers to: parent-locked-by-foreign-key-drop and recreated-foreign-key say
// it, and how to do it apart.
static bool is_referenced_alone(const Statement& statement, const Schema& before, const QualifiedName& table) {
  if (const auto* alter = statement.operation.as<AlterTable>()) return before.resolve(alter->name) != table;
  const auto* drop = statement.operation.as<Drop>();
  return drop != nullptr && drop->kind == ObjectKind::table &&
         std::none_of(drop->names.begin(), drop->names.end(),
                      [&](const QualifiedName& name) { return before.resolve(name) == table; });
}

// The transaction drops it: who uses it still is told by removed-table-in-use, and does not only wait.
static bool goes_with_transaction(const MigrationView& view, std::uint32_t transaction, const QualifiedName& table) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* drop = view.statements[i].operation.as<Drop>();
    if (drop == nullptr || drop->kind != ObjectKind::table || view.statements[i].transaction != transaction) continue;
    for (const QualifiedName& name : drop->names)
      if (view.before_statement[i].resolve(name) == table) return true;
  }
  return false;
}

static void check(const MigrationView& view, Reporter& reporter) {
  std::map<std::uint32_t, Locked> transactions;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const Statement& statement = view.statements[i];
    if (!statement.transaction) continue;
    if (statement.timeouts.lock.value_or(0) > 0) continue;  // nobody waits longer than that
    Locked& locked = transactions[*statement.transaction];
    for (const RelationLock& lock : statement.effects.locks) {
      if (lock.mode != LockMode::access_exclusive || lock.new_in_unit || !is_table(lock.kind)) continue;
      if (view.not_in_use(lock.relation)) continue;
      if (is_referenced_alone(statement, view.before_statement[i], lock.relation)) continue;
      if (goes_with_transaction(view, *statement.transaction, lock.relation)) continue;
      if (std::find(locked.tables.begin(), locked.tables.end(), lock.relation) != locked.tables.end()) continue;
      // The tables of one operation cannot be told apart: a foreign key has two ends.
      if (locked.tables.empty()) locked.first = i;
      locked.tables.push_back(lock.relation);
      locked.places.push_back(statement.location);
      if (locked.second == nullptr && !of_one_step(view, locked.first, i)) locked.second = &statement;
    }
  }
  for (const auto& [number, locked] : transactions) {
    if (locked.second == nullptr) continue;
    std::vector<std::string> names;
    bool all_small = true;
    for (const QualifiedName& table : locked.tables) {
      names.push_back(ticked(table));
      all_small = all_small && size_of(view, table) == TableSize::small;
    }
    if (all_small) continue;
    Finding finding;
    finding.location = locked.second->location;
    finding.message = "one transaction takes ACCESS EXCLUSIVE on " + listed(names, 6) +
                      ": each stays locked while the next is waited for";
    finding.help = "change one table a transaction, each with a short lock_timeout";
    for (std::size_t i = 0; i < names.size(); ++i)
      finding.labels.push_back({locked.places[i], {}, names[i] + " is locked from here until COMMIT"});
    for (const QualifiedName& table : locked.tables)
      finding.locks.push_back({quote_ident(table),
                               {},
                               std::string(name_of(LockMode::access_exclusive)),
                               std::string(who_waits(LockMode::access_exclusive))});
    finding.statement = locked.second->index;
    finding.subject = subject_of_transaction(view, number);
    reporter.add(std::move(finding));
  }
}

}  // namespace of_several_tables_locked

constexpr Rule several_tables_locked{
    .info = {.code = "ML138",
             .name = "several-tables-locked",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "One transaction takes ACCESS EXCLUSIVE on several existing tables.",
             .effect = "The first table stays locked while the transaction waits for the next one, and two "
                       "such transactions can deadlock.",
             .instead = "One table a transaction, each with a short lock_timeout.",
             .silent_when = "Only one existing table is locked hard, or each in its own transaction, or a "
                            "lock_timeout is in force; tables that the transaction drops and tables that a dropped "
                            "foreign key refers to have findings of their own; locks-held-during-work says more.",
             .equivalents = "pgfence:wide-lock-window"},
    .on_migration = of_several_tables_locked::check,
};

}  // namespace mlint::rules
