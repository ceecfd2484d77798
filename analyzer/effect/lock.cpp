#include "analyzer/effect/lock.h"

#include <array>
#include <cstddef>

namespace mlint {
namespace {

constexpr std::array<std::string_view, 9> mode_names = {
    "NONE",  "ACCESS SHARE",        "ROW SHARE", "ROW EXCLUSIVE",   "SHARE UPDATE EXCLUSIVE",
    "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"};

constexpr unsigned bit(LockMode mode) { return 1U << static_cast<unsigned>(mode); }

constexpr unsigned from(LockMode weakest) {
  unsigned modes = 0;
  for (const LockMode mode : all_lock_modes) {
    if (mode >= weakest) modes |= bit(mode);
  }
  return modes;
}

// LockConflicts of src/backend/storage/lmgr/lock.c, the same in every version.
constexpr std::array<unsigned, 9> conflict_table = {0,
                                                    bit(LockMode::access_exclusive),
                                                    from(LockMode::exclusive),
                                                    from(LockMode::share),
                                                    from(LockMode::share_update_exclusive),
                                                    (from(LockMode::row_exclusive) & ~bit(LockMode::share)),
                                                    from(LockMode::row_exclusive),
                                                    from(LockMode::row_share),
                                                    from(LockMode::access_share)};

}  // namespace

std::string_view name_of(LockMode mode) { return mode_names[static_cast<std::size_t>(mode)]; }

bool conflicts(LockMode held, LockMode wanted) {
  return (conflict_table[static_cast<std::size_t>(held)] & bit(wanted)) != 0;
}

}  // namespace mlint
