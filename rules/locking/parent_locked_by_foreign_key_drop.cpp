#include <algorithm>

#include "rules/locking/foreign_key.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_parent_locked_by_foreign_key_drop {

static bool drops(const Operation& operation) {
  if (const auto* drop = operation.as<Drop>()) return drop->kind == ObjectKind::table;
  return !actions<alter::DropConstraint>(operation).empty() || !actions<alter::DropColumn>(operation).empty();
}

static bool is_target(const StatementView& view, const QualifiedName& relation) {
  if (const auto* alter = view.statement.operation.as<AlterTable>()) {
    if (resolved(view, alter->name) == relation) return true;
    const Relation* known = view.before.find(relation);
    return known != nullptr && !known->parents.empty();
  }
  if (const auto* drop = view.statement.operation.as<Drop>())
    for (const QualifiedName& name : drop->names)
      if (resolved(view, name) == relation) return true;
  return false;
}

static bool is_partition_parent(const StatementView& view, const QualifiedName& relation) {
  const Relation* known = view.before.find(relation);
  return known != nullptr && (known->kind == RelationKind::partitioned_table || known->bound.has_value());
}

// What `help` says: the constraint alone in its transaction, where nobody waits longer than a short lock_timeout.
static bool is_as_advised(const StatementView& view) {
  constexpr std::int64_t is_short = 10000;  // ms
  const std::int64_t timeout = view.statement.timeouts.lock.value_or(0);
  const auto* alter = view.statement.operation.as<AlterTable>();
  if (timeout <= 0 || timeout > is_short || alter == nullptr || alter->actions.size() != 1) return false;
  if (alter->actions.front().as<alter::DropConstraint>() == nullptr) return false;
  return std::none_of(view.migration.statements.begin(), view.migration.statements.end(), [&](const Statement& other) {
    return &other != &view.statement && view.statement.transaction && other.transaction == view.statement.transaction &&
           (!other.effects.locks.empty() || other.operation.as<Opaque>() != nullptr);
  });
}

// recreated-foreign-key names the referenced table.
static bool comes_again(const StatementView& view) {
  const std::vector<RecreatedForeignKey> recreated = recreated_foreign_keys(view.operation);
  if (!is_written_sql(view)) return !recreated.empty();
  return std::any_of(recreated.begin(), recreated.end(),
                     [&](const RecreatedForeignKey& key) { return key.dropped == &view.statement; });
}

static void check(const StatementView& view, Reporter& reporter) {
  if (!drops(view.statement.operation) || comes_again(view) || is_as_advised(view)) return;
  std::vector<std::string> parents;
  QualifiedName worst;
  Severity severity = Severity::off;
  for (const RelationLock& lock : view.statement.effects.locks) {
    if (lock.mode != LockMode::access_exclusive || lock.new_in_unit || is_target(view, lock.relation)) continue;
    if (lock.kind != RelationKind::table && lock.kind != RelationKind::partitioned_table) continue;
    if (is_partition_parent(view, lock.relation)) continue;
    parents.push_back(ticked(lock.relation));
    const Severity one = severity_on(view.migration, Hazard::parent_exclusive, lock.relation);
    if (worst.name.empty() || one > severity) worst = lock.relation, severity = one;
  }
  if (parents.empty()) return;
  Finding finding;
  finding.message = "dropping a foreign key takes ACCESS EXCLUSIVE on the referenced " + listed(parents) +
                    " too: reads and writes there wait";
  finding.help =
      "drop the constraint first, in a transaction of its own with a short lock_timeout, then the column or "
      "the table";
  finding.subject = subject_of(worst, "referenced");
  report(view, reporter, Hazard::parent_exclusive, worst, std::move(finding));
}

}  // namespace of_parent_locked_by_foreign_key_drop

constexpr Rule parent_locked_by_foreign_key_drop{
    .info = {.code = "ML109",
             .name = "parent-locked-by-foreign-key-drop",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "Dropping a foreign key, its column or its table locks the referenced table too.",
             .effect = "ACCESS EXCLUSIVE on the referenced table makes its readers and writers wait, and it "
                       "stays until the transaction ends.",
             .instead = "Drop each foreign key in a transaction of its own with a lock_timeout, then the "
                        "column or the table.",
             .silent_when = "No foreign key goes with what is dropped, the referenced table is new or small, or the "
                            "constraint goes alone in its transaction under a short lock_timeout.",
             .equivalents = "online_migrations:drop_table_multiple_foreign_keys atlas:CD101"},
    .on_statement = of_parent_locked_by_foreign_key_drop::check,
};

}  // namespace mlint::rules
