#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/effect/effect.h"

namespace mlint {

struct Statement;

struct HeldLock {
  QualifiedName relation;
  RelationKind kind = RelationKind::table;
  LockMode mode = LockMode::none;
  std::size_t since = 0;  // index of the statement that took it
  bool new_in_unit = false;
};

// Of each relation the strongest lock; copies share it.
class LockList {
 public:
  const HeldLock* begin() const { return locks_ ? locks_->data() : nullptr; }
  const HeldLock* end() const { return locks_ ? locks_->data() + locks_->size() : nullptr; }
  bool empty() const { return begin() == end(); }
  // Nothing where the relation is locked as hard already.
  bool take(const HeldLock& lock);

 private:
  std::shared_ptr<std::vector<HeldLock>> locks_;
};

// The locks of the transaction that statements run in, one statement after the other.
class HeldLocks {
 public:
  const LockList& before(const Statement& statement);
  void after(const Statement& statement);  // whose effects are known

 private:
  struct Savepoint {
    std::string name;
    std::size_t taken = 0;  // before it
  };
  void follow(const Transaction& transaction);

  std::optional<std::uint32_t> transaction_;
  std::vector<HeldLock> taken_;  // in their order, a stronger one on the same relation behind the weaker
  LockList held_;
  std::vector<Savepoint> savepoints_;
};

}  // namespace mlint
