#include <algorithm>
#include <map>
#include <set>

#include "analyzer/schema/expressions.h"
#include "rules/advice.h"
#include "rules/locking/foreign_key.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_locks_held_during_work {

struct Hold {
  std::map<std::string, std::size_t> tables;  // held hard, and the statement since which
  std::vector<std::string> under;             // what runs meanwhile
  const Statement* first = nullptr;           // that shows it
  QualifiedName worst;
};

static std::string in_words(const Work& work) {
  switch (work.kind) {
    case WorkKind::rewrite:
      return "the rewrite of " + ticked(work.relation);
    case WorkKind::index_build:
    case WorkKind::index_rebuild:
      return "an index build on " + ticked(work.relation);
    case WorkKind::fk_validation:
      return "a foreign key validation on " + ticked(work.relation);
    case WorkKind::file_copy:
      return "a copy of " + ticked(work.relation);
    case WorkKind::scan:
      return "a scan of " + ticked(work.relation);
  }
  return "work on " + ticked(work.relation);
}

static bool leads_an_index(const Relation& table, const std::string& column) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const IndexState& index) {
    return !index.definition.elements.empty() && index.definition.elements.front().column == column;
  });
}

static bool is_key(const Expr& value, const Relation& table) {
  return value.kind == Expr::Kind::column && leads_an_index(table, value.name);
}

// key > 5 AND key <= 10
static bool is_bounded(const std::vector<Expr>& parts, const Relation& table) {
  std::set<std::string> above, below;
  for (const Expr& part : parts) {
    if (part.kind != Expr::Kind::operator_ || part.arguments.size() != 2 || !is_key(part.arguments[0], table)) continue;
    if (part.name == ">" || part.name == ">=") above.insert(part.arguments[0].name);
    if (part.name == "<" || part.name == "<=") below.insert(part.arguments[0].name);
  }
  return std::any_of(above.begin(), above.end(), [&](const std::string& column) { return below.contains(column); });
}

// An index gives the rows: equality, IN, a range with two ends. One end alone may leave every row.
static bool asks_by_key(const Expr& where, const Relation& table) {
  using Kind = Expr::Kind;
  const auto& parts = where.arguments;
  const auto by_key = [&](const Expr& part) { return asks_by_key(part, table); };
  switch (where.kind) {
    case Kind::and_:
      return std::any_of(parts.begin(), parts.end(), by_key) || is_bounded(parts, table);
    case Kind::or_:
      return std::all_of(parts.begin(), parts.end(), by_key);
    case Kind::operator_:
      return where.name == "=" &&
             std::any_of(parts.begin(), parts.end(), [&](const Expr& it) { return is_key(it, table); });
    case Kind::in_:
    case Kind::between:
    case Kind::subquery:
      return !where.name.starts_with("NOT") && where.name != "ALL" && !parts.empty() && is_key(parts[0], table);
    default:
      return false;
  }
}

static bool reads_by_key(const Query& query, const Relation& table) {
  return query.where && asks_by_key(*query.where, table);
}

// min(id) and max(id) are read from the end of an index: setval('s', coalesce(max(id), 1)).
static bool reads_an_end(const Query& query, const Relation& table) {
  if (query.where) return false;
  std::size_t columns = 0, ends = 0;
  for (const Expr& output : query.outputs)
    for_each_node(output, [&](const Expr& node) {
      if (node.kind == Expr::Kind::column) ++columns;
      if (node.kind != Expr::Kind::call || (node.name != "min" && node.name != "max")) return;
      const Expr* of = node.arguments.size() == 1 ? &node.arguments.front() : nullptr;
      if (of != nullptr && of->kind == Expr::Kind::column && leads_an_index(table, of->name)) ++ends;
    });
  return columns > 0 && columns == ends;
}

// An existing table that a SELECT reads without an index that could help; null: none.
static const Relation* read_in_full(const Query& query, const Schema& before, int depth = 0) {
  for (const RelationRef& ref : query.from) {
    const Relation* table = before.find(ref.name);
    if (table == nullptr || !is_table(table->kind) || before.created_in_this_unit(table->name)) continue;
    if (!reads_by_key(query, *table) && !reads_an_end(query, *table)) return table;
  }
  for (const auto& inner : query.subqueries)
    if (const Relation* table = inner && depth < 20 ? read_in_full(*inner, before, depth + 1) : nullptr) return table;
  return nullptr;
}

// INSERT … SELECT, UPDATE and DELETE are spoken about by schema-and-data-in-one-transaction.
static std::string query_in_words(const Statement& statement, const Schema& before) {
  const auto* dml = statement.operation.as<Dml>();
  if (dml == nullptr || !dml->query || dml->query->kind != Query::Kind::select) return {};
  const Relation* table = read_in_full(*dml->query, before);
  return table == nullptr ? std::string() : "a query that reads all of " + ticked(table->name);
}

// The operation of Django that does the work takes the lock too, before it: readers wait for it whatever came before.
static bool locks_for_itself(const MigrationView& view, const Statement& statement, const QualifiedName& table) {
  for (std::size_t i = 0; i < view.statements.size() && view.statements[i].index < statement.index; ++i) {
    const Statement& earlier = view.statements[i];
    const RelationLock* lock = earlier.effects.lock_on(table);
    if (lock != nullptr && lock->mode == LockMode::access_exclusive && earlier.transaction == statement.transaction &&
        of_one_step(view, i, statement.index))
      return true;
  }
  return false;
}

// SQL that drops a foreign key and makes it again: recreated-foreign-key names both tables and what is read meanwhile.
static bool is_of_recreated_key(const MigrationView& view, const Statement& statement, const HeldLock& held) {
  const std::size_t index = view.operation_of[statement.index];
  if (view.operation_of[held.since] != index) return false;
  OperationView operation = operation_of(view, statement.index);
  operation.statements.clear();
  operation.before.clear();
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    if (view.operation_of[i] != index) continue;
    operation.statements.push_back(&view.statements[i]);
    operation.before.push_back(&view.before_statement[i]);
  }
  const std::vector<RecreatedForeignKey> keys = recreated_foreign_keys(operation);
  return std::any_of(keys.begin(), keys.end(), [&](const RecreatedForeignKey& key) {
    return key.added == &statement && (held.relation == key.table || held.relation == key.references);
  });
}

// One operation of Django is spoken about by the rule for its work; and a statement that takes the lock itself makes
// nobody wait for the one before it.
static bool adds_to_the_wait(const MigrationView& view, const Statement& statement, const HeldLock& held) {
  if (held.mode != LockMode::access_exclusive || held.new_in_unit || !is_table(held.kind)) return false;
  if (view.not_in_use(held.relation)) return false;
  const RelationLock* own = statement.effects.lock_on(held.relation);
  if (own != nullptr && own->mode == LockMode::access_exclusive) return false;
  if (view.language != Language::django) return true;
  if (held.since >= view.statements.size()) return true;
  return !of_one_step(view, held.since, statement.index) && !locks_for_itself(view, statement, held.relation) &&
         !is_of_recreated_key(view, statement, held);
}

// Else an earlier file of the same transaction took the lock.
static bool locks_here(const MigrationView& view, const Statement& statement, const QualifiedName& table) {
  return std::any_of(view.statements.begin(), view.statements.end(), [&](const Statement& other) {
    const RelationLock* lock = other.index < statement.index ? other.effects.lock_on(table) : nullptr;
    return lock != nullptr && lock->mode == LockMode::access_exclusive && other.transaction == statement.transaction;
  });
}

static void look(const MigrationView& view, const Statement& statement, const Schema& before_it, Hold& hold) {
  std::vector<const HeldLock*> hard;
  for (const HeldLock& held : statement.held)
    if (adds_to_the_wait(view, statement, held)) hard.push_back(&held);
  if (hard.empty()) return;
  const std::size_t before = hold.under.size();
  for (const Work& work : statement.effects.work)
    if (!work.new_in_unit && hold.under.size() == before) hold.under.push_back(in_words(work));
  if (const std::string query = query_in_words(statement, before_it); !query.empty()) hold.under.push_back(query);
  if (hold.under.size() == before) return;
  if (hold.first == nullptr) hold.first = &statement;
  for (const HeldLock* held : hard) {
    const bool here = locks_here(view, statement, held->relation);
    hold.tables.emplace(ticked(held->relation), here ? held->since : view.statements.size());
    if (hold.worst.name.empty() || size_of(view, held->relation) > size_of(view, hold.worst))
      hold.worst = held->relation;
  }
}

static void report(const MigrationView& view, Reporter& reporter, std::uint32_t transaction, const Hold& hold) {
  std::vector<std::string> names, works;
  for (const auto& [table, since] : hold.tables) names.push_back(table);
  for (const std::string& what : hold.under)
    if (std::find(works.begin(), works.end(), what) == works.end()) works.push_back(what);
  Finding finding;
  finding.location = hold.first->location;
  finding.message = "ACCESS EXCLUSIVE on " + listed(names) + " is held during " + listed(works, 3) +
                    ": reads and writes wait until the transaction ends";
  for (const auto& [table, since] : hold.tables)
    if (since < view.statements.size())
      finding.labels.push_back({view.statements[since].location, {}, table + " is locked from here until COMMIT"});
  finding.help = "do what comes behind the first hard lock " + later_step(view);
  finding.statement = hold.first->index;
  finding.subject = subject_of_transaction(view, transaction);
  finding.severity = severity_on(view, Hazard::work_after_lock, hold.worst);
  if (*finding.severity != Severity::off) reporter.add(std::move(finding));
}

static void check(const MigrationView& view, Reporter& reporter) {
  std::map<std::uint32_t, Hold> transactions;
  for (std::size_t i = 0; i < view.statements.size(); ++i)
    if (const Statement& statement = view.statements[i]; statement.transaction)
      look(view, statement, view.before_statement[i], transactions[*statement.transaction]);
  for (const auto& [number, hold] : transactions)
    if (hold.first != nullptr) report(view, reporter, number, hold);
}

}  // namespace of_locks_held_during_work

constexpr Rule locks_held_during_work{
    .info = {.code = "ML137",
             .name = "locks-held-during-work",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A transaction does slow work, or reads a whole table, after it took ACCESS EXCLUSIVE on "
                        "an existing table.",
             .effect = "Readers and writers of the first table wait until the last statement is done, not "
                       "only for its own.",
             .instead = "Split the migration, so that each lock is held for one short statement.",
             .silent_when =
                 "Every lock is taken by the last statement of its transaction, the statement or the "
                 "operation that works takes that lock itself, the locked table is new or small, or an index "
                 "gives the rows that the query asks for by =, IN or a range with two ends.",
             .equivalents = "eugene:E4 eugene:E10 pgfence:statement-after-access-exclusive "
                            "django-migration-linter:CREATE_INDEX_EXCLUSIVE"},
    .on_migration = of_locks_held_during_work::check,
};

}  // namespace mlint::rules
