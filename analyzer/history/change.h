#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/django/migration.h"

// What a branch did to migrations that its base already has: found by replaying both histories and comparing what the
// database would be asked to do.
namespace mlint::history {

// One thing in which the two versions differ.
struct Difference {
  enum class Kind : std::uint8_t {
    statements,          // what the database is asked to do
    reverse_statements,  // what rolling back asks
    atomic,
    graph,         // dependencies, run_before
    replaces,      // of a squash
    code,          // only Python of data migrations: the same schema, other rows
    reverse_code,  // … when they are unapplied
  };
  Kind kind = Kind::statements;
  std::string before, after;  // the first differing statement or value, as text; empty: absent
  Location location;          // of the operation now, else of the class
  bool known = true;          // false: a part of what differs could not be evaluated, it may ask the same
};

inline bool is_code(const Difference& difference) {
  return difference.kind == Difference::Kind::code || difference.kind == Difference::Kind::reverse_code;
}

struct Change {
  enum class Kind : std::uint8_t { added, edited, deleted, renamed };
  Kind kind = Kind::added;
  django::MigrationKey key;             // as recorded: at the base, where the base has it
  std::string path;                     // as now, else at the base; relative to the root
  FileId file = FileId::none;           // none: deleted
  Location location;                    // of the class; none: deleted
  django::MigrationKey renamed;         // what it is called now
  bool replaced = false;                // deleted, and its name stands in a `replaces`
  bool app_gone = false;                // deleted, and its app left INSTALLED_APPS or the repository
  bool app_reset = false;               // deleted with all others of its app, and a new initial migration was added
  bool untracked = false;               // added, and git ignores or does not track it
  bool ignored = false;                 // git ignores it
  std::vector<Difference> differences;  // of edited ones; empty: formatting, comments, attributes without SQL
};

// An app whose migrations are recorded under another name than at the base: what was recorded is orphaned.
struct LabelChange {
  std::string before, now;
  std::string path;  // of apps.py, else of the app's directory; relative to the root
};

struct Changes {
  std::string base;  // "origin/main@ab12cd3"; empty: there is no base
  std::vector<Change> changes;
  std::vector<LabelChange> labels;
};

}  // namespace mlint::history
