#pragma once

#include <vector>

#include "analyzer/effect/statement.h"

// The static statements of a DO block: rules judge each like a statement of the file, though the server sees one.
namespace mlint {

struct Block {
  std::vector<Statement> statements;
  std::vector<Schema> before;  // schema before each of them
};

// Empty for every other statement. Branches count as taken: IF NOT EXISTS (…) THEN … is what happens the first time.
Block block_of(const Statement& statement, const Schema& before, const Server& server);

}  // namespace mlint
