#pragma once

#include <string>

#include "analyzer/effect/statement.h"
#include "parsers/sql/parse.h"

namespace mlint {

// The last statement of the text. A unit begins with the first DO block, or with it.
inline Statement last(const std::string& text, int version = 15) {
  Session session(Schema(), Server{version, true});
  const auto parsed = sql::parse(text);
  for (std::size_t i = 0; i + 1 < parsed.statements.size(); ++i) {
    for (const Operation& operation : parsed.statements[i].operations) {
      if (operation.as<Do>()) session.begin_unit(1);
      session.replay(operation);
    }
  }
  session.begin_unit(1);
  return session.run(parsed.statements.back().operations.front(), {}, {});
}

constexpr const char* base = "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (a int, b int);";

}  // namespace mlint
