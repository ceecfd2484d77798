#include "analyzer/effect/lock_facts.h"

#include <array>
#include <cstddef>

namespace mlint {
namespace {

struct Row {
  Fact fact;
  ServerFact data;
};

constexpr bool held = false;
constexpr bool brief = true;
constexpr std::string_view M15 = "measured on 15.20";

constexpr Row rows[] = {
#define LOCK(ID, FORM, ROLE, MODE, HOLD, FROM, TO, SOURCE) \
  {Fact::ID,                                               \
   {#ID, FactKind::lock, FORM, Role::ROLE, LockMode::MODE, HOLD, WorkKind::scan, Cause::check, FROM, TO, SOURCE}},
#define LOCK_ALSO(ID, FORM, ROLE, MODE, HOLD, FROM, TO, SOURCE) LOCK(ID, FORM, ROLE, MODE, HOLD, FROM, TO, SOURCE)
#define WORK(ID, FORM, ROLE, DONE, CAUSE, FROM, TO, SOURCE) \
  {Fact::ID,                                                \
   {#ID, FactKind::work, FORM, Role::ROLE, LockMode::none, false, WorkKind::DONE, Cause::CAUSE, FROM, TO, SOURCE}},
#define REFUSED(ID, FORM, FROM, TO, SOURCE) \
  {Fact::ID,                                \
   {#ID, FactKind::refused, FORM, Role::none, LockMode::none, false, WorkKind::scan, Cause::check, FROM, TO, SOURCE}},
#include "analyzer/effect/lock_facts.inc"
#undef LOCK
#undef WORK
#undef REFUSED
#undef LOCK_ALSO
};

constexpr std::size_t row_count = std::size(rows);

constexpr auto facts_only = [] {
  std::array<ServerFact, row_count> all{};
  for (std::size_t i = 0; i < row_count; ++i) all[i] = rows[i].data;
  return all;
}();

// Rows of one fact stand together, so the first one is enough.
constexpr auto first_rows = [] {
  std::array<std::uint16_t, row_count> first{};
  for (std::size_t i = row_count; i-- > 0;)
    first[static_cast<std::size_t>(rows[i].fact)] = static_cast<std::uint16_t>(i);
  return first;
}();

}  // namespace

std::span<const ServerFact> server_facts() { return facts_only; }

const ServerFact& fact_of(Fact fact, int version) {
  const std::size_t first = first_rows[static_cast<std::size_t>(fact)];
  for (std::size_t i = first; i < row_count && rows[i].fact == fact; ++i) {
    if (rows[i].data.from <= version && version <= rows[i].data.to) return rows[i].data;
  }
  return rows[first].data;
}

}  // namespace mlint
