#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// What relations of all kinds share.
namespace mlint {

using Options = std::vector<std::pair<std::string, std::string>>;  // name (perhaps "toast.name"), value as text

enum class RelationKind : std::uint8_t {
  table,
  partitioned_table,
  index,
  partitioned_index,
  sequence,
  view,
  materialized_view,
  foreign_table,
  composite_type
};

}  // namespace mlint
