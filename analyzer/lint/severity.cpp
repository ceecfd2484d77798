#include "analyzer/lint/severity.h"

#include <array>
#include <cassert>

namespace mlint {
namespace {

constexpr auto O = Severity::off;
constexpr auto I = Severity::info;
constexpr auto W = Severity::warning;
constexpr auto E = Severity::error;

struct Row {
  Hazard hazard;
  Severity unknown, large, hot, small;
};

constexpr std::array rows = {
    Row{Hazard::index_build, E, E, E, O},
    Row{Hazard::unique_build, E, E, E, I},
    Row{Hazard::scan_under_lock, W, E, E, O},
    Row{Hazard::foreign_key_validation, W, E, E, I},
    Row{Hazard::partition_lock, W, E, E, I},
    Row{Hazard::parent_lock, O, W, W, O},
    Row{Hazard::foreign_key_recreated, E, E, E, W},
    Row{Hazard::rewrite, E, E, E, I},
    Row{Hazard::instant_ddl, O, O, W, O},
    Row{Hazard::parent_exclusive, W, E, E, I},
    Row{Hazard::heavy_command, E, E, E, W},
    Row{Hazard::work_after_lock, W, E, E, O},
    Row{Hazard::missing_lock_timeout, I, W, W, O},
    Row{Hazard::certain_failure, E, E, E, E},
    Row{Hazard::not_null_without_default, E, E, E, W},
    Row{Hazard::may_fail_on_rows, W, W, W, I},
    Row{Hazard::mass_change, E, E, E, W},
    Row{Hazard::data_loss, W, W, W, I},
    Row{Hazard::looks_like_rename, E, E, E, W},
    Row{Hazard::type_narrowing, W, E, E, W},
    Row{Hazard::no_reverse, I, I, I, O},
    Row{Hazard::unbatched, W, E, E, O},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].hazard) != i) return false;
  return true;
}
static_assert(in_order());

}  // namespace

Severity severity_of(Hazard hazard, TableSize size) {
  const auto index = static_cast<std::size_t>(hazard);
  assert(index < rows.size());
  const Row& row = rows[index];
  switch (size) {
    case TableSize::unknown:
      return row.unknown;
    case TableSize::large:
      return row.large;
    case TableSize::hot:
      return row.hot;
    case TableSize::small:
      return row.small;
  }
  return row.unknown;
}

Severity breaks_running_code(DeployModel deploy) {
  switch (deploy) {
    case DeployModel::rolling:
      return E;
    case DeployModel::stop_the_world:
      return I;
    case DeployModel::unknown:
      return W;
  }
  return W;
}

Severity may_break_running_code(DeployModel deploy) {
  switch (deploy) {
    case DeployModel::rolling:
      return W;
    case DeployModel::stop_the_world:
      return O;
    case DeployModel::unknown:
      return I;
  }
  return I;
}

}  // namespace mlint
