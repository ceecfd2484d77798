#include <catch2/catch.hpp>

#include "parsers/sql/parse.h"

using namespace mlint;

namespace {

// kind@text of every statement
std::vector<std::string> read(const std::string& body) {
  std::vector<std::string> out;
  const auto parsed = sql::parse_plpgsql(body);
  for (const auto& problem : parsed.problems) out.push_back("problem: " + problem.message);
  for (const auto& statement : parsed.statements) {
    out.push_back(std::string(kind_name(statement.operations.at(0))) + "@" +
                  body.substr(statement.span.begin, statement.span.end - statement.span.begin));
  }
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("plpgsql: statements in control structures, at their places", "[sql][plpgsql]") {
  CHECK(read(R"(
DECLARE x int := (SELECT max(id) FROM m); c CURSOR FOR SELECT * FROM cc;
BEGIN
  IF x > 1 AND EXISTS (SELECT 1 FROM e) THEN
    UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END WHERE b = x;
  ELSIF false THEN NULL;
  ELSE
    ALTER TABLE foo ADD COLUMN b int; -- a comment; with a semicolon
  END IF;
  FOR r IN SELECT * FROM l LOOP PERFORM f(r.id); END LOOP;
  FOR i IN 1..10 LOOP x := x + 1; END LOOP;
  SELECT a, b INTO STRICT x, y FROM s;
  INSERT INTO t (a) VALUES (1) RETURNING id INTO x;
  RETURN QUERY SELECT 1;
EXCEPTION WHEN others THEN
  DELETE FROM z;
END)") == Texts{"select@(SELECT max(id) FROM m)", "select@SELECT * FROM cc", "select@(SELECT 1 FROM e)",
                "update@UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END WHERE b = x",
                "alter_table@ALTER TABLE foo ADD COLUMN b int", "select@SELECT * FROM l", "select@PERFORM f(r.id)",
                "select@SELECT a, b INTO STRICT x, y FROM s", "insert@INSERT INTO t (a) VALUES (1) RETURNING id",
                "select@SELECT 1", "delete@DELETE FROM z"});
}

TEST_CASE("plpgsql: EXECUTE of a constant is read, of anything else reported", "[sql][plpgsql]") {
  CHECK(read("BEGIN EXECUTE 'DROP TABLE a'; EXECUTE $q$TRUNCATE b$q$; EXECUTE format('DROP TABLE %I', x); "
             "EXECUTE 'DELETE FROM c WHERE d = $1' USING 1; EXECUTE 'DROP TABLE ' || y; END") ==
        Texts{"drop_table@DROP TABLE a", "truncate@TRUNCATE b", "opaque@EXECUTE format('DROP TABLE %I', x)",
              "delete@DELETE FROM c WHERE d = $1", "opaque@EXECUTE 'DROP TABLE ' || y"});
  const auto parsed = sql::parse_plpgsql("BEGIN EXECUTE 'ALTER TABLE t ADD c text DEFAULT ''x'''; END");
  const auto* table = parsed.statements.at(0).operations.at(0).as<AlterTable>();
  REQUIRE(table != nullptr);
  CHECK(table->actions.at(0).as<alter::AddColumn>()->column.constraints.at(0).expression->name == "x");
}

TEST_CASE("plpgsql: broken bodies end", "[sql][plpgsql]") {
  for (const char* body : {"",     "BEGIN",   "IF",        "FOR",          "FOR x IN",    "DECLARE",          "<<a",
                           "CASE", "EXECUTE", "EXECUTE '", "OPEN c FOR",   "SELECT INTO", "SELECT 1 INTO a.", "x :=",
                           "x[",   "(",       ")",         "RETURN QUERY", "WHEN",        "((SELECT 1"}) {
    INFO(body);
    sql::parse_plpgsql(body);
  }
  SUCCEED();
}
