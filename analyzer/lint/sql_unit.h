#pragma once

#include <string>
#include <string_view>

#include "analyzer/discover/workspace.h"

// What a runner of plain SQL migrations does with a file: which part is run forwards, and in which transactions.
namespace mlint {

struct SqlUnit {
  bool forwards = true;      // false: the file only undoes another
  bool atomic = false;       // the runner wraps what it runs in a transaction
  bool joins_files = false;  // all pending files run in one transaction
  std::string text;          // the part that is run forwards; the rest is blanked out, so that offsets hold
};

SqlUnit sql_unit(SqlRunner runner, std::string_view path, std::string_view text);

}  // namespace mlint
