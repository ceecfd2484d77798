#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "analyzer/effect/table_use.h"
#include "rules/data/data_step.h"
#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_pending_trigger_events {

// A foreign key whose checks of rows that Python wrote may wait.
struct Queued {
  QualifiedName table;
  std::string constraint;
  Location location;
};

// What the transaction so far leaves waiting. SET CONSTRAINTS … IMMEDIATE stands behind each foreign key that Django's
// AddField makes, so that rows may be changed in the same migration.
struct Checks {
  std::vector<Queued> queued;
  std::optional<bool> all_deferred;
  std::map<std::string, bool> deferred_by_name;

  bool waits(const ConstraintState& key) const {
    const Constraint& definition = key.definition;
    if (definition.kind != Constraint::Kind::foreign_key || !definition.deferrable) return false;
    const auto named = deferred_by_name.find(definition.name);
    if (named != deferred_by_name.end()) return named->second;
    return all_deferred.value_or(definition.initially_deferred);
  }
  void read(const SetConstraints& set) {
    if (set.names.empty()) {
      all_deferred = set.deferred;
      deferred_by_name.clear();
      if (!set.deferred) queued.clear();
    }
    for (const QualifiedName& name : set.names) {
      deferred_by_name[name.name] = set.deferred;
      if (!set.deferred) std::erase_if(queued, [&](const Queued& one) { return one.constraint == name.name; });
    }
  }
};

static bool names_key(std::string_view field, const Constraint& key) {
  return std::any_of(key.columns.begin(), key.columns.end(),
                     [&](const std::string& column) { return field == column || field == field_of(column); });
}

// update(author=…), update(author_id=…)
static bool sets_key(const py::Call& call, const Constraint& key) {
  return std::any_of(call.keywords.begin(), call.keywords.end(), [&](const py::Keyword& given) {
    return names_key(given.name, key) && given.value->as<py::None>() == nullptr;
  });
}

// bulk_update(rows, ["author"])
static bool lists_key(const py::Call& call, const Constraint& key) {
  const py::Value* fields = call.arguments.size() > 1 ? &call.arguments[1] : nullptr;
  for (const py::Keyword& given : call.keywords)
    if (given.name == "fields") fields = given.value.get();
  const auto* list = fields == nullptr ? nullptr : fields->as<py::List>();
  const auto* tuple = fields == nullptr ? nullptr : fields->as<py::Tuple>();
  if (list == nullptr && tuple == nullptr) return false;
  const std::vector<py::Value>& items = list != nullptr ? list->items : tuple->items;
  return std::any_of(items.begin(), items.end(), [&](const py::Value& item) {
    const auto* field = item.as<py::String>();
    return field != nullptr && names_key(field->text, key);
  });
}

static bool changes_key(const django::PythonCall& call, const Constraint& key) {
  const std::string_view last = call.last();
  if (last == "create" || last == "bulk_create" || last == "get_or_create" || last == "update_or_create") return true;
  const py::Call* written = call.outermost();
  if (written == nullptr) return false;
  return last == "update" ? sets_key(*written, key) : last == "bulk_update" && lists_key(*written, key);
}

static void note_call(const django::PythonCall& call, const Schema& schema, const Relation& table, Checks& checks) {
  if (!call.has("objects") && !call.has("_base_manager") && !call.has("_default_manager")) return;
  for (const ConstraintState& key : table.constraints)
    if (checks.waits(key) && changes_key(call, key.definition))
      checks.queued.push_back({table.name, key.definition.name, call.location});
  if (call.last() != "delete") return;
  for (const auto& [child, key] : schema.referencing(table.name))
    if (checks.waits(*key)) checks.queued.push_back({table.name, key->definition.name, call.location});
}

static void note_python(const MigrationView& view, std::size_t at, Checks& checks) {
  const Statement& statement = view.statements[at];
  const Schema& before = view.before_statement[at];
  const OperationView operation = operation_of(view, at);
  const django::PythonBody* body = python_body(operation);
  if (body == nullptr || !statement.operation.as<Opaque>()) return;
  for (const django::PythonCall& call : body->calls) {
    const Relation* table = call.from.empty() ? nullptr : before.find(table_of(operation, *body, call.from.front()));
    if (table != nullptr) note_call(call, before, *table, checks);
  }
}

static void say(Reporter& reporter, const Statement& statement, const QualifiedName& table, const Location* change) {
  Finding finding;
  finding.location = statement.location;
  if (change != nullptr) finding.labels.push_back({*change, {}, "rows are changed here"});
  finding.message = "this fails when the change above touched a row: " + ticked(table) +
                    " has pending trigger events of a deferred foreign key in this transaction";
  finding.help = "change the rows in a migration of their own, or SET CONSTRAINTS ALL IMMEDIATE in between";
  finding.statement = statement.index;
  finding.subject = subject_of(table, "pending");
  reporter.add(std::move(finding));
}

static void check(const MigrationView& view, Reporter& reporter) {
  std::map<std::uint32_t, Checks> transactions;
  std::set<std::pair<std::uint32_t, QualifiedName>> said;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const Statement& statement = view.statements[i];
    if (!statement.transaction) continue;
    Checks& checks = transactions[*statement.transaction];
    if (const auto* set = statement.operation.as<SetConstraints>()) checks.read(*set);
    note_python(view, i, checks);
    if (const auto& pending = statement.pending_trigger_events) {
      const Location* change = pending->since < i ? &view.statements[pending->since].location : nullptr;
      if (said.insert({*statement.transaction, pending->table}).second)
        say(reporter, statement, pending->table, change);
      continue;
    }
    if (checks.queued.empty()) continue;
    for (const QualifiedName& table :
         tables_checked_for_use(statement.operation, statement.effects, view.before_statement[i]))
      for (const Queued& one : checks.queued)
        if (one.table == table && said.insert({*statement.transaction, table}).second)
          say(reporter, statement, table, &one.location);
  }
}

}  // namespace of_pending_trigger_events

constexpr Rule pending_trigger_events{
    .info = {.code = "ML510",
             .name = "pending-trigger-events",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "Rows are changed and the same table is altered or dropped in one transaction, while deferred "
                        "foreign keys wait.",
             .effect = "The server refuses the ALTER with \"cannot ALTER TABLE because it has pending trigger "
                       "events\".",
             .instead = "Change rows and schema in separate migrations, or SET CONSTRAINTS ALL IMMEDIATE in "
                        "between.",
             .silent_when = "The changes stand in separate transactions, SET CONSTRAINTS … IMMEDIATE stands before or "
                            "between them, the key is set to NULL, or Python changes rows by `save()`, of which the "
                            "text does not say whether the key changes."},
    .on_migration = of_pending_trigger_events::check,
};

}  // namespace mlint::rules
