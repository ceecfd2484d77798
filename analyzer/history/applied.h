#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/django/migration.h"

// What a database has applied, as a saved `showmigrations` says it.
namespace mlint::history {

struct Listed {
  enum class State : std::uint8_t {
    pending,     // [ ]
    applied,     // [X]
    unrecorded,  // [-]: a squash whose replaced migrations are all applied, itself not recorded yet
  };
  django::MigrationKey key;
  State state = State::pending;
  std::uint32_t line = 0;  // from 1
};

struct Applied {
  std::vector<Listed> listed;                      // in the order of the file
  bool plan = false;                               // `--plan`: that order is the order of a run
  std::set<std::string> apps_without;              // "(no migrations)"
  std::set<django::MigrationKey> applied() const;  // unrecorded ones too: their tables are there
};

// Lists and plans, with colours, CRLF and the notes of higher verbosities; lines that are neither (warnings on the
// way) are skipped. Errors: nothing in it is a migration.
Result<Applied> read_showmigrations(std::string_view text);

}  // namespace mlint::history
