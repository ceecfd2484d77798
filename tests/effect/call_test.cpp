// What calls may do: functions by the names of their arguments, triggers, dynamic SQL, and what an index may call.
#include <catch2/catch.hpp>
#include <string>

#include "analyzer/effect/statement.h"
#include "parsers/sql/parse.h"

namespace mlint {
namespace {

Effects last(const std::string& text, int version = 15) {
  Session session(Schema(), Server{version, true});
  const auto parsed = sql::parse(text);
  for (std::size_t i = 0; i + 1 < parsed.statements.size(); ++i) {
    for (const Operation& operation : parsed.statements[i].operations) session.replay(operation);
  }
  session.begin_unit(1);
  return session.run(parsed.statements.back().operations.front(), {}, {}).effects;
}

const QualifiedName w{"public", "w"}, v{"public", "v"};

}  // namespace

TEST_CASE("arguments by name", "[effect]") {
  const std::string schema =
      "CREATE TABLE w (a int); CREATE TABLE v (a int);"
      "CREATE FUNCTION f(t text, OUT o int, c text DEFAULT 'x') LANGUAGE plpgsql AS "
      "$$BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN %I int', t, c); END$$;"
      "CREATE PROCEDURE p(t text, c text DEFAULT 'y') LANGUAGE plpgsql AS "
      "$$BEGIN EXECUTE 'ALTER TABLE ' || quote_ident(t) || ' DROP COLUMN ' || c; END$$;"
      "CREATE FUNCTION g(a int) RETURNS void LANGUAGE sql AS 'DELETE FROM w';"
      "CREATE FUNCTION g(b text) RETURNS void LANGUAGE sql AS 'DELETE FROM v';"
      "CREATE FUNCTION g(b int, c int) RETURNS void LANGUAGE sql AS 'SELECT 1';";
  for (const char* call : {"SELECT f(c => 'z', t => 'w')", "SELECT f('w', c => 'z')", "SELECT f('w', 'z')",
                           "CALL p(c => 'a', t => 'w')"}) {
    INFO(call);
    const Effects effects = last(schema + call);
    CHECK(effects.known);
    REQUIRE(effects.lock_on(w));
    CHECK(effects.lock_on(w)->mode == LockMode::access_exclusive);
  }
  CHECK_FALSE(last(schema + "SELECT f(c => 'z')").known);  // no such function
  CHECK(last(schema + "SELECT g(a => 1)").lock_on(w));
  CHECK_FALSE(last(schema + "SELECT g(a => 1)").lock_on(v));
  CHECK_FALSE(last(schema + "SELECT g(b => 'x')").lock_on(w));
  CHECK_FALSE(last(schema + "SELECT g(1, 2)").lock_on(w));
  CHECK(last(schema + "SELECT g(1)").lock_on(v));  // by type, which is not looked at
}

// Servers of 12 to 18.
TEST_CASE("what an index may call", "[effect]") {
  const auto refused = [](const std::string& expression, int version = 15) {
    return last(
               "CREATE TABLE w (i interval, d date, n numeric, a int[], x int, tz timestamptz, s text);"
               "CREATE INDEX ON w ((" +
                   expression + "))",
               version)
        .fails.has_value();
  };
  // interval_out was immutable before 15.
  for (const char* expression : {"i::text", "'1'::text || i", "i || ''", "text(i)", "i::text::varchar"}) {
    INFO(expression);
    CHECK(refused(expression));
    CHECK_FALSE(refused(expression, 14));
    CHECK_FALSE(refused(expression, 12));
  }
  for (const char* expression : {"a::text", "s::int[]", "d || ''", "row(i)::text", "quote_literal(d)"})
    CHECK((refused(expression, 12) && refused(expression, 18)));
  for (const char* expression : {"n || ''", "s || ''", "quote_literal(x)", "n::text", "a::bigint[]"})
    CHECK_FALSE((refused(expression, 12) || refused(expression, 18)));
  CHECK(refused("date_trunc('day', tz, 'UTC')", 15));
  CHECK_FALSE(refused("date_trunc('day', tz, 'UTC')", 16));
}

TEST_CASE("what dynamic SQL may call", "[effect]") {
  const auto scans = [](const std::string& block) {
    return last(
               "CREATE TABLE w (a int NOT NULL); CREATE TABLE v (a int NOT NULL); CREATE TABLE u (a int);"
               "CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql AS "
               "$$BEGIN ALTER TABLE w ALTER a DROP NOT NULL; RETURN 1; END$$;"
               "CREATE FUNCTION r(int) RETURNS int LANGUAGE plpgsql AS "
               "$$BEGIN EXECUTE format('SELECT r(%L)', $1); RETURN 1; END$$;"
               "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS "
               "$$BEGIN ALTER TABLE w ALTER a DROP NOT NULL; RETURN NEW; END$$;"
               "CREATE TRIGGER tr BEFORE INSERT OR TRUNCATE ON u EXECUTE FUNCTION tf();"
               "DO $$BEGIN " +
               block + " END$$; ALTER TABLE w ALTER a SET NOT NULL")
        .scans(w);
  };
  // Any text may stand there, and call what nobody knows.
  for (const char* sql : {"EXECUTE 'SELECT ' || x;", "EXECUTE 'UPDATE v SET a = ' || x;", "EXECUTE x INTO y;",
                          "EXECUTE 'DELETE FROM v WHERE ' || x;", "EXECUTE 'INSERT INTO v ' || x;",
                          "FOR r IN EXECUTE x LOOP NULL; END LOOP;", "EXECUTE format('MERGE %s', x);"}) {
    INFO(sql);
    CHECK(scans(sql));
  }
  // Names and constants call nothing.
  for (const char* sql :
       {"EXECUTE format('UPDATE %I SET a = %L', x, y);", "EXECUTE 'DELETE FROM ' || quote_ident(x);",
        "EXECUTE 'DELETE FROM ' || x;", "EXECUTE format('SELECT r(%L)', x);", "EXECUTE 'LOCK TABLE v ' || x;",
        "EXECUTE 'ANALYZE ' || x;", "EXECUTE 'COMMENT ON TABLE v IS ' || x;", "DELETE FROM u;"}) {
    INFO(sql);
    CHECK_FALSE(scans(sql));
  }
  // What is called is known, or is a trigger's.
  for (const char* sql :
       {"EXECUTE format('UPDATE v SET a = f(%L)', x);", "EXECUTE format('INSERT INTO %I VALUES (1)', x);",
        "EXECUTE format('INSERT INTO u VALUES (%L)', x);", "EXECUTE 'TRUNCATE ' || x;", "INSERT INTO u VALUES (1);",
        "TRUNCATE u;", "COPY u FROM '/dev/null';"}) {
    INFO(sql);
    CHECK(scans(sql));
  }
}

// A server of 15.
TEST_CASE("triggers of views and of TRUNCATE", "[effect]") {
  const std::string schema =
      "CREATE TABLE w (a int); CREATE TABLE v (a int); CREATE VIEW x AS SELECT a FROM w;"
      "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN DELETE FROM v; RETURN NULL; END$$;"
      "CREATE TRIGGER i INSTEAD OF INSERT ON x FOR EACH ROW EXECUTE FUNCTION tf();"
      "CREATE TRIGGER t AFTER TRUNCATE ON w EXECUTE FUNCTION tf();";
  CHECK(last(schema + "INSERT INTO x VALUES (1)").lock_on(v));
  CHECK(last(schema + "DELETE FROM x").lock_on(w)->mode == LockMode::row_exclusive);
  CHECK_FALSE(last(schema + "DELETE FROM x").lock_on(v));
  CHECK(last(schema + "TRUNCATE w").lock_on(v)->mode == LockMode::row_exclusive);
  CHECK_FALSE(last(schema + "ALTER TABLE w DISABLE TRIGGER t; TRUNCATE w").lock_on(v));
}

TEST_CASE("rules and policies that read what is dropped go with it", "[effect]") {
  const std::string schema =
      "CREATE TABLE w (a int); CREATE TABLE v (a int, b int); CREATE TABLE u (a int);"
      "CREATE RULE r AS ON INSERT TO w DO ALSO INSERT INTO v VALUES (NEW.a, 1);"
      "CREATE RULE s AS ON DELETE TO w DO INSTEAD NOTHING;"
      "CREATE POLICY p ON u USING (EXISTS (SELECT b FROM v));";
  CHECK(last(schema + "INSERT INTO w VALUES (1)").lock_on(v));
  CHECK_FALSE(last(schema + "DROP TABLE v CASCADE; INSERT INTO w VALUES (1)").fails);
  CHECK(last(schema + "DROP TABLE v CASCADE; DROP POLICY p ON u").fails);
  CHECK(last(schema + "ALTER TABLE v DROP COLUMN b CASCADE; DROP POLICY p ON u").fails);
  CHECK_FALSE(last(schema + "DROP TABLE v CASCADE; DROP RULE s ON w").fails);
}

}  // namespace mlint
