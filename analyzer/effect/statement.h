#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/effect/deferred_checks.h"
#include "analyzer/effect/effect.h"
#include "analyzer/effect/held_locks.h"

// Statements in their transactions: what is held when a statement runs, which timeouts are in force.
namespace mlint {

struct Timeouts {  // milliseconds; absent: not set by what was read; 0: switched off
  std::optional<std::int64_t> lock, statement, idle_in_transaction;
  std::string lock_origin;  // where lock_timeout was set: "SET LOCAL", "role migrator", "OPTIONS" …
};

struct Statement {
  std::string text;   // without its semicolon
  Location location;  // in the file the user wrote: of the statement inside its string, or of the operation
  Operation operation;
  Effects effects;
  std::size_t index = 0;                     // in its migration or file
  std::optional<std::uint32_t> transaction;  // number of the transaction it runs in; absent: autocommit
  LockList held;                             // taken by earlier statements of that transaction
  Timeouts timeouts;
  std::vector<PendingEvents> queued;
  std::optional<PendingEvents> pending_trigger_events;  // of `queued`: if any row was written, it fails with 55006
  std::shared_ptr<const Query> prepared;                // of EXECUTE: what was prepared under its name
};

// Derives the effects of a statement on the schema before it. `held` goes along with the statements of a session.
void derive_effects(Statement& statement, const Schema& before, const Server& server, HeldLocks& held);

// A session that runs statements one after the other and forgets locks when their transaction ends.
class Session {
 public:
  Session(Schema schema, Server server);

  const Schema& schema() const { return schema_; }
  Schema& schema() { return schema_; }

  // The runner sends BEGIN before and COMMIT after (Django's atomic migrations, --assume-in-transaction).
  void begin();
  void commit();
  bool in_transaction() const;
  void begin_unit(Unit unit);  // statement indices start anew

  // Derives the effects on the schema so far, then applies the operation.
  Statement run(Operation operation, std::string text, Location location);
  // Applies it and leaves the effects to be derived, from the schema that was there before.
  Statement step(Operation operation, std::string text, Location location);
  // Applies without deriving anything: context that nobody asked about.
  void replay(const Operation& operation);

 private:
  struct Savepoint {
    std::string name;
    Timeouts session, local;
    std::size_t queued = 0;
  };
  struct Prepared {
    std::string name;
    std::shared_ptr<const Query> query;
  };

  void change_state(const Operation& operation);
  void start_transaction();
  void end_transaction(bool rolled_back);
  void rollback_to(const std::string& name);
  void set_timeout(const std::string& name, const std::optional<std::string>& value, bool local,
                   const std::string& origin);
  void read_settings(const Operation& operation);
  Statement statement_of(Operation operation, std::string text, Location location) const;
  Timeouts timeouts_now() const;
  std::shared_ptr<const Query> prepared_as(const std::string& name) const;
  void follow_checks(const Operation& operation, const Schema& before, bool certain);

  Schema schema_;
  Server server_;
  std::optional<std::uint32_t> transaction_;
  std::uint32_t transactions_ = 0;
  std::size_t next_index_ = 0;
  HeldLocks held_;
  Timeouts session_timeouts_, local_timeouts_, role_timeouts_;
  std::vector<Savepoint> savepoints_;  // the first one, without a name, is the transaction itself
  std::vector<Prepared> prepared_;
  DeferredChecks checks_;
};

// "5s", "1min", "2500", "0" as milliseconds; nothing when it is no duration.
std::optional<std::int64_t> milliseconds(std::string_view text);

}  // namespace mlint
