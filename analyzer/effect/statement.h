#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/effect/effect.h"

// Statements in their transactions: what is held when a statement runs, which timeouts are in force.
namespace mlint {

struct HeldLock {
  QualifiedName relation;
  RelationKind kind = RelationKind::table;
  LockMode mode = LockMode::none;
  std::size_t since = 0;  // index of the statement that took it
  bool new_in_unit = false;
};

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
  std::vector<HeldLock> held;                // taken by earlier statements of that transaction
  Timeouts timeouts;
};

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
  Statement run(const Operation& operation, std::string text, Location location);
  // Applies without deriving anything: context that nobody asked about.
  void replay(const Operation& operation);

 private:
  Schema schema_;
  Server server_;
  std::optional<std::uint32_t> transaction_;
  std::uint32_t transactions_ = 0;
  std::size_t next_index_ = 0;
  std::vector<HeldLock> held_;
  Timeouts session_timeouts_, local_timeouts_;
  std::vector<std::pair<std::string, std::size_t>> savepoints_;  // name, number of held locks then
};

}  // namespace mlint
