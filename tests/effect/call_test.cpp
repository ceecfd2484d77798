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
  for (const char* sql :
       {"EXECUTE 'SELECT ' || x;", "EXECUTE 'UPDATE v SET a = ' || x;", "EXECUTE x INTO y;",
        "EXECUTE 'DELETE FROM v WHERE ' || x;", "EXECUTE 'INSERT INTO v ' || x;", "EXECUTE 'UPDATE v SET ' || x;",
        "FOR r IN EXECUTE x LOOP NULL; END LOOP;", "EXECUTE format('MERGE %s', x);"}) {
    INFO(sql);
    CHECK(scans(sql));
  }
  // Names and constants call nothing.
  for (const char* sql : {"EXECUTE format('UPDATE %I SET a = %L', x, y);", "EXECUTE 'DELETE FROM ' || quote_ident(x);",
                          "EXECUTE 'DELETE FROM ' || x;", "EXECUTE 'UPDATE ' || x || ' SET ' || y || ' = NULL';",
                          "EXECUTE format('SELECT r(%L)', x);", "EXECUTE 'LOCK TABLE v ' || x;",
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

// A server of 15.
TEST_CASE("functions that run because something is evaluated", "[effect]") {
  const std::string schema =
      "CREATE TABLE v (a int); CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql AS "
      "$$BEGIN DELETE FROM v; RETURN $1; END$$;"
      "CREATE DOMAIN d AS int CHECK (f(VALUE) > 0); CREATE TABLE w (a int DEFAULT f(1), b int, c int);";
  for (const char* sql :
       {"INSERT INTO w (b) VALUES (1)", "INSERT INTO w VALUES (DEFAULT, 1)", "UPDATE w SET a = DEFAULT",
        "ALTER TABLE w ADD COLUMN x int DEFAULT f(1)", "ALTER TABLE w ADD COLUMN x d", "SELECT 1::d",
        "ALTER TABLE w ALTER b TYPE bigint USING f(b)", "ALTER TABLE w ADD CHECK (f(b) > 0)",
        "ALTER TABLE w ADD CHECK (f(b) > 0) NOT VALID; INSERT INTO w VALUES (1, 1)",
        "CREATE VIEW x AS SELECT f(1); SELECT * FROM x", "CREATE TABLE x AS SELECT f(1)", "EXPLAIN ANALYZE SELECT f(1)",
        "DO $$DECLARE x int := f(1); BEGIN NULL; END$$", "DO $$BEGIN x := 1 + f(1); END$$",
        "DO $$BEGIN IF public.f(1) > 0 THEN NULL; END IF; END$$",
        "DO $$BEGIN FOR i IN 1..f(2) LOOP NULL; END LOOP; END$$"}) {
    INFO(sql);
    REQUIRE(last(schema + sql).lock_on(v));
    CHECK(last(schema + sql).lock_on(v)->mode == LockMode::row_exclusive);
  }
  for (const char* sql : {"INSERT INTO w VALUES (1)", "UPDATE w SET b = 1", "ALTER TABLE w ALTER b SET DEFAULT f(1)",
                          "ALTER TABLE w ADD CHECK (f(b) > 0) NOT VALID", "CREATE VIEW x AS SELECT f(1)",
                          "EXPLAIN SELECT f(1)", "CREATE TABLE x AS SELECT f(1) WITH NO DATA",
                          "PREPARE x AS SELECT f(1)", "DO $$DECLARE x numeric(10, 2) := 1; BEGIN NULL; END$$"}) {
    INFO(sql);
    CHECK(last(schema + sql).known);
    CHECK_FALSE(last(schema + sql).lock_on(v));
  }
}

// A server of 15.
TEST_CASE("event triggers", "[effect]") {
  const std::string schema =
      "CREATE TABLE v (a int); CREATE TABLE w (a int); CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS "
      "$$BEGIN DELETE FROM v; END$$; CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS "
      "$$BEGIN EXECUTE x; END$$;";
  const auto fires = [&](const std::string& trigger, const std::string& sql) {
    return last(schema + trigger + "; " + sql).lock_on(v) != nullptr;
  };
  const std::string all = "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()";
  CHECK(fires(all, "ALTER TABLE w ADD b int"));
  CHECK(fires(all, "COMMENT ON TABLE w IS 'x'"));
  CHECK_FALSE(fires(all, "INSERT INTO w VALUES (1)"));
  CHECK_FALSE(fires(all, "CREATE ROLE r"));
  CHECK_FALSE(fires(all + "; ALTER EVENT TRIGGER e DISABLE", "ALTER TABLE w ADD b int"));
  CHECK_FALSE(fires(all + "; DROP EVENT TRIGGER e", "ALTER TABLE w ADD b int"));
  CHECK_FALSE(fires(all + "; DROP FUNCTION f() CASCADE", "ALTER TABLE w ADD b int"));
  const std::string some =
      "CREATE EVENT TRIGGER e ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION f()";
  CHECK(fires(some, "CREATE TABLE x (a int)"));
  CHECK_FALSE(fires(some, "ALTER TABLE w ADD b int"));
  const std::string drop = "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f()";
  CHECK(fires(drop, "ALTER TABLE w DROP COLUMN a"));
  CHECK_FALSE(fires(drop, "ALTER TABLE w ADD b int"));
  const std::string rewrite = "CREATE EVENT TRIGGER e ON table_rewrite EXECUTE FUNCTION f()";
  CHECK(fires(rewrite, "ALTER TABLE w ALTER a TYPE bigint"));
  CHECK_FALSE(fires(rewrite, "ALTER TABLE w ADD b int"));
  // What it does is not understood; the statement is.
  const Effects effects =
      last(schema + "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION g(); ALTER TABLE w ADD b int");
  CHECK(effects.known);
  CHECK_FALSE(effects.assumptions.empty());
}

// Servers of 12 to 18.
TEST_CASE("keys and partitions: what moves, what is dropped, what triggers are there", "[effect]") {
  const std::string schema =
      "CREATE TABLE k (i int PRIMARY KEY); CREATE TABLE p (i int REFERENCES k, r text, n int, UNIQUE (i, r)) PARTITION "
      "BY LIST (r); CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('a') PARTITION BY RANGE (i);"
      "CREATE TABLE p2 PARTITION OF p1 DEFAULT; CREATE TABLE c (i int, r text, FOREIGN KEY (i, r) REFERENCES p (i, r));"
      "CREATE TABLE u (a int, b int); CREATE UNIQUE INDEX ui ON u (a); CREATE TABLE x (a int REFERENCES u (a));";
  const QualifiedName k{"public", "k"}, p{"public", "p"}, p1{"public", "p1"}, p2{"public", "p2"}, x{"public", "x"};
  CHECK(last(schema + "UPDATE p SET r = 'b'").lock_on(k));
  CHECK_FALSE(last(schema + "UPDATE p SET n = 2").lock_on(k));
  CHECK(last(schema + "ALTER TABLE u DROP COLUMN a CASCADE").lock_on(x)->mode == LockMode::access_exclusive);
  CHECK_FALSE(last(schema + "ALTER TABLE u DROP COLUMN b CASCADE").lock_on(x));
  CHECK(last(schema + "DROP TABLE c", 15).lock_on(p1));
  CHECK_FALSE(last(schema + "DROP TABLE c", 14).lock_on(p));
  CHECK_FALSE(last(schema + "DROP TABLE c", 14).lock_on(p1));
  CHECK(last(schema + "DROP TABLE c", 14).lock_on(p2)->mode == LockMode::access_exclusive);
  CHECK(last(schema + "ALTER TABLE c DROP CONSTRAINT c_i_r_fkey", 14).lock_on(p));
  CHECK_FALSE(last(schema + "ALTER TABLE c DROP CONSTRAINT c_i_r_fkey", 14).lock_on(p1));
  CHECK(last(schema + "ALTER TABLE p DISABLE TRIGGER ALL", 15).lock_on(p2));
  CHECK_FALSE(last(schema + "ALTER TABLE p DISABLE TRIGGER ALL", 14).lock_on(p2));
  CHECK_FALSE(last("CREATE TABLE t (a int); CREATE TABLE f (LIKE t INCLUDING ALL EXCLUDING STATISTICS)", 12).fails);
  CHECK(last("CREATE TABLE t (a int); CREATE TABLE f (LIKE t INCLUDING COMMENTS INCLUDING COMPRESSION INCLUDING "
             "CONSTRAINTS INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY INCLUDING INDEXES)",
             12)
            .fails);
  CHECK(last("CREATE TABLE t (a int); CREATE TABLE f (LIKE t INCLUDING COMPRESSION)", 12).fails);
  const std::string two =
      "CREATE TABLE a (i int); CREATE TABLE b (i int); CREATE TABLE m () INHERITS (a, b); CREATE TABLE n () INHERITS "
      "(m); ALTER TABLE a DROP COLUMN i;";
  CHECK(last(two + "ALTER TABLE b DROP COLUMN i").lock_on({"public", "n"}));
}

}  // namespace mlint
