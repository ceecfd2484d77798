#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mlint {

// Table-level lock modes in PostgreSQL's numbering (src/include/storage/lockdefs.h), which is no order of strength:
// SHARE UPDATE EXCLUSIVE and SHARE contain different conflicts.
enum class LockMode : std::uint8_t {
  none = 0,
  access_share = 1,
  row_share,
  row_exclusive,
  share_update_exclusive,
  share,
  share_row_exclusive,
  exclusive,
  access_exclusive
};

inline constexpr std::array all_lock_modes = {
    LockMode::access_share, LockMode::row_share,           LockMode::row_exclusive, LockMode::share_update_exclusive,
    LockMode::share,        LockMode::share_row_exclusive, LockMode::exclusive,     LockMode::access_exclusive};

std::string_view name_of(LockMode mode);  // "SHARE ROW EXCLUSIVE"
bool conflicts(LockMode held, LockMode wanted);
inline bool stops_writers(LockMode mode) { return conflicts(mode, LockMode::row_exclusive); }
inline bool stops_readers(LockMode mode) { return conflicts(mode, LockMode::access_share); }

}  // namespace mlint
