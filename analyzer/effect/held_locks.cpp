#include "analyzer/effect/held_locks.h"

#include <algorithm>

#include "analyzer/base/own.h"
#include "analyzer/effect/statement.h"

namespace mlint {

bool LockList::take(const HeldLock& lock) {
  const auto same = [&](const HeldLock& held) { return held.relation == lock.relation; };
  const auto known = static_cast<std::size_t>(std::find_if(begin(), end(), same) - begin());
  const bool is_new = begin() + known == end();
  if (!is_new && begin()[known].mode >= lock.mode) return false;
  std::vector<HeldLock>& locks = own(locks_);
  if (is_new) {
    locks.push_back(lock);
  } else {
    locks[known] = lock;
  }
  return true;
}

const LockList& HeldLocks::before(const Statement& statement) {
  if (statement.transaction != transaction_) *this = {};
  transaction_ = statement.transaction;
  return held_;
}

void HeldLocks::after(const Statement& statement) {
  if (!statement.transaction) return;
  if (const auto* transaction = statement.operation.as<Transaction>()) return follow(*transaction);
  for (const RelationLock& lock : statement.effects.locks) {
    if (lock.brief) continue;
    const HeldLock held{lock.relation, lock.kind, lock.mode, statement.index, lock.new_in_unit};
    if (held_.take(held)) taken_.push_back(held);
  }
}

void HeldLocks::follow(const Transaction& transaction) {
  if (transaction.kind == Transaction::Kind::savepoint) savepoints_.push_back({transaction.name, taken_.size()});
  const auto last = std::find_if(savepoints_.rbegin(), savepoints_.rend(),
                                 [&](const Savepoint& it) { return it.name == transaction.name; });
  if (last == savepoints_.rend()) return;
  if (transaction.kind == Transaction::Kind::release) savepoints_.erase(std::prev(last.base()), savepoints_.end());
  if (transaction.kind != Transaction::Kind::rollback_to) return;
  taken_.resize(std::min(taken_.size(), last->taken));
  savepoints_.erase(last.base(), savepoints_.end());
  held_ = {};
  for (const HeldLock& lock : taken_) held_.take(lock);
}

}  // namespace mlint
