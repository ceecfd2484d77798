#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/base/source.h"
#include "analyzer/effect/statement.h"
#include "cli/options.h"

// What `mlint sql` prints, for .sql files and for Django's migrations.
namespace mlint::cli {

struct SqlStatement {
  Statement statement;
  std::string comment;  // printed instead of a statement: Python, what cannot be known; sqlmigrate's own comments
};

// The statements as one server version judges them.
struct SqlJudgement {
  int version = 15;
  std::vector<SqlStatement> statements;
  std::string refusal = {};  // Django itself does not run it, and says why
};

// `judgements` holds one entry for each version asked for; the first one is reported in full, the others where they
// differ. `source` may be null: then there are no ranges.
std::string sql_json(std::span<const SqlJudgement> judgements, const SourceFile* source);
std::string sql_text(std::span<const SqlJudgement> judgements);
std::string sql_script(std::span<const SqlJudgement> judgements, bool facts);

// The facts of one statement in a line, as comments carry them.
std::string facts_line(const Statement& statement);
// Whom a lock makes wait.
std::string_view who_waits(LockMode mode);
// Same locks, work, refusal and failure.
bool same_effects(const Effects& a, const Effects& b);

int run_sql_file(const SqlOptions& options);
int run_sql_migration(const SqlOptions& options);

}  // namespace mlint::cli
