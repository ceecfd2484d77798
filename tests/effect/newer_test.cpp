// What PostgreSQL 18 did with these statements, asked of 18.4.
#include <catch2/catch.hpp>
#include <string>

#include "analyzer/effect/statement.h"
#include "parsers/sql/parse.h"

namespace mlint {
namespace {

// The last statement of the text.
Statement last(const std::string& text) {
  Server server;
  server.version = 18;
  Session session(Schema(), server);
  std::vector<Statement> statements;
  for (const auto& parsed : sql::parse(text).statements)
    for (const Operation& operation : parsed.operations) statements.push_back(session.run(operation, {}, {}));
  return statements.back();
}

constexpr const char* base =
    "CREATE TABLE o (id int PRIMARY KEY);"
    "CREATE TABLE t (a int, b int NOT NULL, v int GENERATED ALWAYS AS (a * 2) VIRTUAL);"
    "CREATE TABLE c () INHERITS (t);";

}  // namespace

TEST_CASE("18: constraints and columns that 17 does not have", "[effect]") {
  struct Case {
    const char* setup;
    const char* sql;
    std::size_t locked, read;  // tables
    bool fails = false;
  };
  const Case cases[] = {
      {"ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;", "ALTER TABLE t VALIDATE CONSTRAINT n", 2, 2},
      {"ALTER TABLE t ADD CONSTRAINT n NOT NULL a;", "ALTER TABLE t VALIDATE CONSTRAINT n", 1, 0},
      {"ALTER TABLE t ADD CONSTRAINT n NOT NULL a;", "ALTER TABLE t DROP CONSTRAINT n", 2, 0},
      {"", "ALTER TABLE t DROP CONSTRAINT t_b_not_null", 2, 0},
      {"ALTER TABLE t DROP CONSTRAINT t_b_not_null;", "ALTER TABLE t ALTER b SET NOT NULL", 2, 2},
      {"ALTER TABLE t ADD CONSTRAINT n NOT NULL a;", "ALTER TABLE t ALTER CONSTRAINT n NO INHERIT", 2, 0},
      {"ALTER TABLE t ADD CONSTRAINT n NOT NULL a NO INHERIT;", "ALTER TABLE t ALTER CONSTRAINT n INHERIT", 2, 1},
      {"", "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NO INHERIT", 2, 1},
      {"ALTER TABLE t ADD CONSTRAINT n NOT NULL a;", "ALTER TABLE t ADD CONSTRAINT m NOT NULL a", 2, 0, true},
      {"", "ALTER TABLE o DROP CONSTRAINT o_id_not_null", 1, 0, true},
      {"ALTER TABLE o ADD CONSTRAINT k CHECK (id > 0) NOT ENFORCED;", "ALTER TABLE o VALIDATE CONSTRAINT k", 1, 0,
       true},
      {"", "ALTER TABLE t ALTER v TYPE bigint", 2, 0},
      {"", "ALTER TABLE t ALTER v SET EXPRESSION AS (a * 3)", 2, 0},
      {"ALTER TABLE t ALTER v SET NOT NULL;", "ALTER TABLE t ALTER v SET EXPRESSION AS (a * 3)", 2, 2},
      {"ALTER TABLE t ADD CHECK (a > 0);", "ALTER TABLE t ALTER v SET EXPRESSION AS (a * 3)", 2, 0, true},
      {"", "ALTER TABLE t ALTER v SET NOT NULL", 2, 2},
      {"", "ALTER TABLE t ADD CHECK (v > 0)", 2, 2},
  };
  for (const Case& test : cases) {
    INFO(test.setup << " " << test.sql);
    const Statement statement = last(std::string(base) + test.setup + test.sql);
    CHECK(statement.effects.locks.size() == test.locked);
    CHECK(statement.effects.work.size() == test.read);
    CHECK(statement.effects.fails.has_value() == test.fails);
    CHECK(statement.effects.known);
  }
}

TEST_CASE("18: what stands on a virtual column is refused", "[effect]") {
  for (const char* sql : {
           "CREATE INDEX i ON t (v)",
           "CREATE INDEX i ON t ((v + 1))",
           "CREATE INDEX i ON t (a) WHERE v > 1",
           "CREATE INDEX i ON t (a) INCLUDE (v)",
           "ALTER TABLE t ADD UNIQUE (v)",
           "ALTER TABLE t ADD PRIMARY KEY (v)",
           "ALTER TABLE t ADD EXCLUDE USING gist (v WITH =)",
           "ALTER TABLE t ADD FOREIGN KEY (v) REFERENCES o (id)",
           "ALTER TABLE t ADD COLUMN w int GENERATED ALWAYS AS (a) VIRTUAL UNIQUE",
       }) {
    INFO(sql);
    CHECK(last(std::string(base) + sql).effects.fails);
  }
}

}  // namespace mlint
