#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/django/replay.h"

namespace mlint {

// The text of sqlmigrate that was committed beside its migration and says something else than what is executed.
struct TwinDifference {
  const django::Migration* migration = nullptr;
  Location location;         // in the text
  std::string only_in_text;  // the first statement that differs; either may be empty
  std::string only_executed;
};

// Nothing where they agree, or where it is not known what is executed.
std::optional<TwinDifference> compare_with_twin(const django::Migration& migration,
                                                const django::LoweredMigration& lowered, std::string_view text,
                                                FileId file);

}  // namespace mlint
