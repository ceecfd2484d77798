#include "analyzer/effect/statement.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "analyzer/base/overloaded.h"
#include "analyzer/effect/body.h"
#include "analyzer/effect/table_use.h"
#include "analyzer/schema/expressions.h"
#include "parsers/sql/parse.h"

namespace mlint {
namespace {

Operation transaction_operation(Transaction::Kind kind) {
  Operation operation;
  operation.kind = Transaction{kind, {}, false};
  return operation;
}

std::optional<std::int64_t>* slot_of(Timeouts& timeouts, std::string_view name) {
  if (name == "lock_timeout") return &timeouts.lock;
  if (name == "statement_timeout") return &timeouts.statement;
  if (name == "idle_in_transaction_session_timeout") return &timeouts.idle_in_transaction;
  return nullptr;
}

}  // namespace

std::optional<std::int64_t> milliseconds(std::string_view text) {
  double number = 0;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  while (!unit.empty() && unit.back() == ' ') unit.remove_suffix(1);
  constexpr std::pair<std::string_view, double> units[] = {
      {"", 1}, {"us", 0.001}, {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000.0}, {"d", 86400000.0}};
  for (const auto& [name, factor] : units) {
    if (unit == name && number >= 0 && number < 1e12) return static_cast<std::int64_t>(number * factor);
  }
  return std::nullopt;
}

Session::Session(Schema schema, Server server) : schema_(std::move(schema)), server_(server) {}

bool Session::in_transaction() const { return transaction_.has_value(); }

void Session::begin() {
  if (in_transaction()) return;
  schema_.apply(transaction_operation(Transaction::Kind::begin));
  start_transaction();
}

void Session::commit() {
  if (!in_transaction()) return;
  schema_.apply(transaction_operation(Transaction::Kind::commit));
  end_transaction(false);
}

void Session::begin_unit(Unit unit) {
  schema_.begin_unit(unit);
  next_index_ = 0;
  if (role_timeouts_.lock)
    session_timeouts_.lock = role_timeouts_.lock, session_timeouts_.lock_origin = role_timeouts_.lock_origin;
  if (role_timeouts_.statement) session_timeouts_.statement = role_timeouts_.statement;
}

void Session::start_transaction() {
  transaction_ = ++transactions_;
  savepoints_.assign(1, {{}, session_timeouts_, {}, 0});
  local_timeouts_ = {};
}

void Session::end_transaction(bool rolled_back) {
  if (rolled_back && !savepoints_.empty()) session_timeouts_ = savepoints_.front().session;
  transaction_.reset();
  savepoints_.clear();
  local_timeouts_ = {};
  checks_.end_transaction();
}

void Session::rollback_to(const std::string& name) {
  for (std::size_t i = savepoints_.size(); i-- > 1;) {
    if (savepoints_[i].name != name) continue;
    checks_.shorten(savepoints_[i].queued);
    session_timeouts_ = savepoints_[i].session;
    local_timeouts_ = savepoints_[i].local;
    savepoints_.resize(i + 1);
    return;
  }
}

void Session::set_timeout(const std::string& name, const std::optional<std::string>& value, bool local,
                          const std::string& origin) {
  if (local && !in_transaction()) return;  // only a warning: "SET LOCAL can only be used in transaction blocks"
  Timeouts& timeouts = local ? local_timeouts_ : session_timeouts_;
  auto* slot = slot_of(timeouts, name);
  if (!slot) return;
  *slot = value ? milliseconds(*value) : std::nullopt;
  if (slot == &timeouts.lock) timeouts.lock_origin = *slot ? origin : std::string();
  if (local) return;
  // A later plain SET wins over SET LOCAL of the same transaction.
  if (auto* hidden = slot_of(local_timeouts_, name)) hidden->reset();
}

void Session::read_settings(const Operation& operation) {
  if (const auto* set = operation.as<SetVariable>()) {
    if (set->reset_all) {
      session_timeouts_ = {};
      local_timeouts_ = {};
      return;
    }
    const std::optional<std::string> value = set->reset ? std::nullopt : set->value;
    return set_timeout(set->name, value, set->local, set->local ? "SET LOCAL" : "SET");
  }
  if (const auto* command = operation.as<SessionCommand>()) {
    if (command->what == "DISCARD ALL") session_timeouts_ = {}, prepared_.clear();
    return;
  }
  if (const auto* alter = operation.as<AlterObject>()) {
    if (alter->kind != ObjectKind::role && alter->kind != ObjectKind::database) return;
    for (const auto& [name, value] : alter->options) {
      auto* slot = slot_of(role_timeouts_, name);
      if (!slot) continue;
      *slot = milliseconds(value);
      const char* what = alter->kind == ObjectKind::role ? "role " : "database ";
      if (slot == &role_timeouts_.lock) role_timeouts_.lock_origin = what + alter->name.name;
    }
    return;
  }
  const auto* dml = operation.as<Dml>();
  if (!dml || !dml->query) return;
  for_each_expression(*dml->query, [&](const Expr& node) {
    if (node.kind != Expr::Kind::call || node.name != "set_config" || node.arguments.size() != 3) return;
    const Expr& local = node.arguments[2];
    const bool is_local =
        local.name == "t" || local.name == "true" ||
        (local.kind == Expr::Kind::cast && !local.arguments.empty() && local.arguments[0].name == "t");
    set_timeout(node.arguments[0].name, node.arguments[1].name, is_local, "set_config");
  });
}

// What was prepared is queued when it is executed.
void Session::follow_checks(const Operation& operation, const Schema& before, bool certain) {
  const auto* execute = operation.as<Execute>();
  if (!execute) return checks_.follow(operation, before, next_index_, certain);
  Operation prepared = operation;
  prepared.kind = Dml{prepared_as(execute->name)};
  checks_.follow(prepared, before, next_index_, certain);
}

void Session::change_state(const Operation& operation) {
  read_settings(operation);
  if (const auto* prepare = operation.as<Prepare>()) prepared_.push_back({prepare->name, prepare->query});
  if (in_transaction()) {
    apply_with_body(schema_, operation, server_.version, [&](const Operation& run, const Schema& before, bool certain) {
      follow_checks(run, before, certain);
    });
  } else {
    apply_with_body(schema_, operation, server_.version);
  }
  const auto* transaction = operation.as<Transaction>();
  if (!transaction) return;
  switch (transaction->kind) {
    case Transaction::Kind::begin:
    case Transaction::Kind::start:
      if (!in_transaction()) start_transaction();
      break;
    case Transaction::Kind::commit:
    case Transaction::Kind::prepare:
    case Transaction::Kind::rollback: {
      if (!in_transaction()) break;
      end_transaction(transaction->kind == Transaction::Kind::rollback);
      if (transaction->chain) start_transaction();
      break;
    }
    case Transaction::Kind::savepoint:
      if (in_transaction())
        savepoints_.push_back({transaction->name, session_timeouts_, local_timeouts_, checks_.size()});
      break;
    case Transaction::Kind::release:
      for (std::size_t i = savepoints_.size(); i-- > 1;) {
        if (savepoints_[i].name != transaction->name) continue;
        savepoints_.resize(i);
        break;
      }
      break;
    case Transaction::Kind::rollback_to:
      rollback_to(transaction->name);
      break;
    default:
      break;
  }
}

Timeouts Session::timeouts_now() const {
  Timeouts now = session_timeouts_;
  if (local_timeouts_.lock) now.lock = local_timeouts_.lock, now.lock_origin = local_timeouts_.lock_origin;
  if (local_timeouts_.statement) now.statement = local_timeouts_.statement;
  if (local_timeouts_.idle_in_transaction) now.idle_in_transaction = local_timeouts_.idle_in_transaction;
  return now;
}

namespace {

std::optional<PendingEvents> pending_of(const Statement& statement, const Schema& before) {
  if (statement.queued.empty()) return std::nullopt;
  for (const QualifiedName& table : tables_checked_for_use(statement.operation, statement.effects, before)) {
    for (const PendingEvents& events : statement.queued) {
      if (events.table == table) return events;
    }
  }
  return std::nullopt;
}

}  // namespace

void derive_effects(Statement& statement, const Schema& before, const Server& server, HeldLocks& held) {
  Server now = server;
  now.time_zone_utc = now.time_zone_utc && before.time_zone_is_utc();
  statement.held = held.before(statement);
  if (statement.prepared) {
    Operation prepared = statement.operation;
    prepared.kind = Dml{statement.prepared};
    statement.effects = effects_of(prepared, before, now);
  } else {
    statement.effects = effects_of(statement.operation, before, now);
  }
  if (statement.transaction && statement.effects.refused_in_transaction && !statement.effects.fails) {
    statement.effects.fails = "cannot run inside a transaction block";
  }
  statement.pending_trigger_events = pending_of(statement, before);
  held.after(statement);
}

std::shared_ptr<const Query> Session::prepared_as(const std::string& name) const {
  const auto known =
      std::find_if(prepared_.rbegin(), prepared_.rend(), [&](const Prepared& p) { return p.name == name; });
  return known == prepared_.rend() ? nullptr : known->query;
}

Statement Session::statement_of(Operation operation, std::string text, Location location) const {
  Statement statement;
  statement.text = std::move(text);
  statement.location = location;
  statement.operation = std::move(operation);
  statement.index = next_index_;
  statement.transaction = transaction_;
  statement.timeouts = timeouts_now();
  if (const auto* execute = statement.operation.as<Execute>()) statement.prepared = prepared_as(execute->name);
  statement.queued = checks_.pending();
  return statement;
}

Statement Session::run(Operation operation, std::string text, Location location) {
  Statement statement = statement_of(std::move(operation), std::move(text), location);
  derive_effects(statement, schema_, server_, held_);
  replay(statement.operation);
  return statement;
}

Statement Session::step(Operation operation, std::string text, Location location) {
  Statement statement = statement_of(std::move(operation), std::move(text), location);
  replay(statement.operation);
  return statement;
}

void Session::replay(const Operation& operation) {
  change_state(operation);
  ++next_index_;
}

}  // namespace mlint
