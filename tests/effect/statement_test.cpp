#include "analyzer/effect/statement.h"

#include <catch2/catch.hpp>

#include "parsers/sql/parse.h"

namespace mlint {
namespace {

std::vector<Statement> run(Session& session, const std::string& text) {
  std::vector<Statement> statements;
  for (const auto& parsed : sql::parse(text).statements) {
    for (const Operation& operation : parsed.operations) statements.push_back(session.run(operation, {}, {}));
  }
  return statements;
}

std::vector<Statement> run(const std::string& text) {
  Session session(Schema(), Server{});
  return run(session, text);
}

const HeldLock* held(const Statement& statement, const std::string& table) {
  for (const HeldLock& lock : statement.held) {
    if (lock.relation.name == table) return &lock;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("the conflict matrix is PostgreSQL's", "[effect]") {
  CHECK(conflicts(LockMode::access_exclusive, LockMode::access_share));
  CHECK_FALSE(conflicts(LockMode::exclusive, LockMode::access_share));
  CHECK_FALSE(conflicts(LockMode::share, LockMode::share));
  CHECK(conflicts(LockMode::share, LockMode::share_update_exclusive));
  CHECK(conflicts(LockMode::share_update_exclusive, LockMode::share_update_exclusive));
  CHECK_FALSE(conflicts(LockMode::share_update_exclusive, LockMode::row_exclusive));
  CHECK(stops_writers(LockMode::share));
  CHECK_FALSE(stops_readers(LockMode::share_row_exclusive));
  for (const LockMode a : all_lock_modes) {
    for (const LockMode b : all_lock_modes) CHECK(conflicts(a, b) == conflicts(b, a));
  }
}

TEST_CASE("locks are held to the end of the transaction", "[effect]") {
  const auto statements =
      run("CREATE TABLE t (a int); BEGIN; ALTER TABLE t ADD COLUMN b int; SELECT 1; COMMIT; SELECT 2;");
  REQUIRE(statements.size() == 6);
  CHECK(held(statements[2], "t") == nullptr);
  REQUIRE(held(statements[3], "t"));
  CHECK(held(statements[3], "t")->mode == LockMode::access_exclusive);
  CHECK(held(statements[3], "t")->since == 2);
  CHECK(statements[5].held.empty());
  CHECK_FALSE(statements[5].transaction.has_value());
}

TEST_CASE("17 hands an identity on to partitions, not to children", "[effect]") {
  Server server;
  server.version = 17;
  Session session(Schema(), server);
  const auto statements =
      run(session,
          "CREATE TABLE p (a int NOT NULL); CREATE TABLE c () INHERITS (p); "
          "ALTER TABLE p ALTER a ADD GENERATED ALWAYS AS IDENTITY; "
          "CREATE TABLE q (a int NOT NULL) PARTITION BY LIST (a); CREATE TABLE d PARTITION OF q DEFAULT; "
          "ALTER TABLE q ALTER a DROP IDENTITY IF EXISTS; "
          "ALTER TABLE q ALTER a ADD GENERATED ALWAYS AS IDENTITY;");
  REQUIRE(statements.size() == 7);
  const auto tables = [](const Statement& statement) {
    std::size_t count = 0;
    for (const auto& lock : statement.effects.locks) count += lock.mode == LockMode::access_exclusive;
    return count;
  };
  CHECK(tables(statements[2]) == 1);
  CHECK(tables(statements[5]) == 1);
  CHECK(tables(statements[6]) == 2);
}

TEST_CASE("a relation that joins an extension goes with it, under whatever name it has then", "[effect]") {
  const auto statements =
      run("CREATE TABLE t (a int); ALTER EXTENSION e ADD TABLE t; ALTER TABLE t RENAME TO u; DROP TABLE u;"
          "DROP EXTENSION e; CREATE TABLE t (a int); ALTER EXTENSION e ADD TABLE t; ALTER EXTENSION e DROP TABLE t;"
          "DROP EXTENSION e;");
  REQUIRE(statements.size() == 9);
  const auto mode = [&](std::size_t i, const char* name) {
    const RelationLock* lock = statements[i].effects.lock_on({"public", name});
    return lock ? lock->mode : LockMode::none;
  };
  CHECK(mode(1, "t") == LockMode::share_update_exclusive);
  CHECK(statements[3].effects.fails);
  CHECK(mode(6, "t") == LockMode::share_update_exclusive);
  CHECK(mode(8, "t") == LockMode::none);
}

TEST_CASE("DROP EXTENSION takes its members along", "[effect]") {
  const auto statements = run("CREATE TABLE t (a int); ALTER EXTENSION e ADD TABLE t; DROP EXTENSION e; DROP TABLE t;");
  REQUIRE(statements[2].effects.lock_on({"public", "t"}));
  CHECK(statements[2].effects.lock_on({"public", "t"})->mode == LockMode::access_exclusive);
  CHECK(statements[2].effects.loses_data);
  CHECK(statements[3].effects.fails);
}

TEST_CASE("ROLLBACK TO releases what was locked behind the savepoint", "[effect]") {
  const auto statements =
      run("BEGIN; LOCK TABLE a IN SHARE MODE; SAVEPOINT s; LOCK TABLE a; LOCK TABLE b; ROLLBACK TO s; SELECT 1;");
  REQUIRE(statements.size() == 7);
  REQUIRE(held(statements[5], "a"));
  CHECK(held(statements[5], "a")->mode == LockMode::access_exclusive);
  REQUIRE(held(statements[6], "a"));
  CHECK(held(statements[6], "a")->mode == LockMode::share);
  CHECK(held(statements[6], "b") == nullptr);
}

TEST_CASE("timeouts in force", "[effect]") {
  SECTION("SET LOCAL outside a transaction does nothing") {
    CHECK_FALSE(run("SET LOCAL lock_timeout = '2s'; SELECT 1;")[1].timeouts.lock.has_value());
  }
  SECTION("SET LOCAL ends with its transaction") {
    const auto statements = run("BEGIN; SET LOCAL lock_timeout = '2s'; SELECT 1; COMMIT; SELECT 2;");
    CHECK(statements[2].timeouts.lock == 2000);
    CHECK(statements[2].timeouts.lock_origin == "SET LOCAL");
    CHECK_FALSE(statements[4].timeouts.lock.has_value());
  }
  SECTION("SET is undone by ROLLBACK") {
    const auto statements = run("SET lock_timeout = 500; BEGIN; SET lock_timeout = '1min'; ROLLBACK; SELECT 1;");
    CHECK(statements[4].timeouts.lock == 500);
  }
  SECTION("set_config and RESET") {
    const auto statements =
        run("SELECT set_config('statement_timeout', '3s', false); SELECT 1; RESET statement_timeout; SELECT 1;");
    CHECK(statements[1].timeouts.statement == 3000);
    CHECK_FALSE(statements[3].timeouts.statement.has_value());
  }
  CHECK(milliseconds("1.5s") == 1500);
  CHECK(milliseconds("2 min") == 120000);
  CHECK_FALSE(milliseconds("soon").has_value());
}

TEST_CASE("what a transaction block refuses", "[effect]") {
  const std::string build = "CREATE INDEX CONCURRENTLY i ON t (a);";
  CHECK_FALSE(run(build)[0].effects.fails.has_value());
  CHECK(run(build)[0].effects.refused_in_transaction);
  CHECK(run("BEGIN; " + build)[1].effects.fails.has_value());
  Session atomic(Schema(), Server{});
  atomic.begin();
  CHECK(run(atomic, build)[0].effects.fails.has_value());
  CHECK_FALSE(run(atomic, "COMMIT; CREATE INDEX CONCURRENTLY j ON t (a);")[1].effects.fails.has_value());
}

TEST_CASE("unknown tables are judged at their worst, and said so", "[effect]") {
  const auto statement = run("ALTER TABLE t ALTER COLUMN a TYPE bigint;")[0];
  CHECK(statement.effects.known);
  CHECK(statement.effects.rewrites({"public", "t"}));
  CHECK_FALSE(statement.effects.assumptions.empty());
  const auto unparsed = run("ALTER TABL t;")[0];
  CHECK_FALSE(unparsed.effects.known);
}

TEST_CASE("deferred checks in the queue", "[effect]") {
  const std::string setup =
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int REFERENCES p DEFERRABLE INITIALLY DEFERRED); ";
  CHECK(run(setup + "BEGIN; INSERT INTO c VALUES (1); ALTER TABLE c ADD COLUMN x int;")[4].pending_trigger_events);
  CHECK_FALSE(run(setup + "BEGIN; INSERT INTO c VALUES (1); SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE c ADD COLUMN x "
                          "int;")[5]
                  .pending_trigger_events);
}

TEST_CASE("which changes of rows are queued, and for whom", "[effect]") {
  const std::string setup =
      "CREATE TABLE p (id int PRIMARY KEY); "
      "CREATE TABLE c (p_id int CONSTRAINT k REFERENCES p DEFERRABLE INITIALLY DEFERRED, n int); "
      "CREATE TABLE i (p_id int REFERENCES p DEFERRABLE); BEGIN; ";
  const auto pending = [&](const std::string& sql) { return run(setup + sql).back().pending_trigger_events; };
  // Measured on PostgreSQL 15.
  CHECK_FALSE(pending("SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO c VALUES (1); ALTER TABLE c ADD COLUMN x int;"));
  CHECK_FALSE(pending("SET CONSTRAINTS k IMMEDIATE; INSERT INTO c VALUES (1); ALTER TABLE c ADD COLUMN x int;"));
  CHECK_FALSE(pending("INSERT INTO c VALUES (1); SET CONSTRAINTS k IMMEDIATE; ALTER TABLE c ADD COLUMN x int;"));
  CHECK(pending("SET CONSTRAINTS ALL DEFERRED; INSERT INTO i VALUES (1); ALTER TABLE i ADD COLUMN x int;"));
  CHECK_FALSE(pending("INSERT INTO i VALUES (1); ALTER TABLE i ADD COLUMN x int;"));
  CHECK_FALSE(pending("UPDATE c SET n = 1; ALTER TABLE c ADD COLUMN x int;"));
  CHECK_FALSE(pending("UPDATE c SET p_id = NULL; ALTER TABLE c ADD COLUMN x int;"));
  CHECK_FALSE(pending("INSERT INTO c VALUES (1); ALTER TABLE c RENAME COLUMN n TO m;"));
  CHECK(pending("INSERT INTO c VALUES (1); CREATE INDEX x ON c (n);"));
  CHECK(pending("DELETE FROM p; ALTER TABLE c DROP CONSTRAINT k;"));
  CHECK(pending("INSERT INTO c VALUES (1); TRUNCATE p CASCADE;"));
  CHECK(pending("INSERT INTO c VALUES (1); DROP TABLE c;"));
  CHECK_FALSE(pending("DELETE FROM p; DROP TABLE c;"));
  CHECK_FALSE(pending("DELETE FROM p; ALTER TABLE c DROP COLUMN p_id;"));
  CHECK_FALSE(pending("INSERT INTO c VALUES (1); REINDEX TABLE c;"));
  CHECK_FALSE(pending("SAVEPOINT s; INSERT INTO c VALUES (1); ROLLBACK TO s; ALTER TABLE c ADD COLUMN x int;"));
  CHECK(pending("INSERT INTO c VALUES (1); SELECT 1; ALTER TABLE c ADD COLUMN x int;")->since == 4);
  CHECK_FALSE(pending("UPDATE c SET p_id = NULL::int; ALTER TABLE c ADD COLUMN x int;"));
  const std::string add = " ALTER TABLE c ADD COLUMN x int;";
  CHECK(pending("DO $$BEGIN INSERT INTO c VALUES (1); END$$;" + add));
  CHECK(pending("WITH x AS (INSERT INTO c VALUES (1) RETURNING *) SELECT * FROM x;" + add));
  CHECK(pending("COPY c FROM '/tmp/c';" + add));
  CHECK_FALSE(pending("COPY c TO '/tmp/c';" + add));
  CHECK(pending("PREPARE q AS INSERT INTO c VALUES (1); EXECUTE q;" + add));
  CHECK_FALSE(pending("PREPARE q AS INSERT INTO c VALUES (1);" + add));
  CHECK(pending("EXPLAIN ANALYZE INSERT INTO c VALUES (1);" + add));
  CHECK_FALSE(pending("EXPLAIN INSERT INTO c VALUES (1);" + add));
  CHECK(
      pending("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN INSERT INTO c VALUES (1); END'; "
              "SELECT f();" +
              add));
  CHECK(pending("INSERT INTO c VALUES (1); ALTER TABLE c RENAME TO d; ALTER TABLE d ADD COLUMN x int;"));
  const std::string insert = "INSERT INTO c VALUES (1); ";
  CHECK_FALSE(pending(insert + "DO $$BEGIN SET CONSTRAINTS ALL IMMEDIATE; END$$;" + add));
  CHECK(pending(insert + "DO $$BEGIN SET CONSTRAINTS ALL IMMEDIATE; EXCEPTION WHEN others THEN NULL; END$$;" + add));
}

TEST_CASE("checks of partitions are queued where the rows are", "[effect]") {
  const std::string setup =
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int, k int) PARTITION BY RANGE (k); "
      "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10); "
      "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p DEFERRABLE INITIALLY DEFERRED; BEGIN; ";
  const auto pending = [&](const std::string& sql) { return run(setup + sql).back().pending_trigger_events; };
  // Measured on PostgreSQL 15.
  CHECK(pending("INSERT INTO t VALUES (1, 1); ALTER TABLE t ADD COLUMN x int;"));
  CHECK(pending("INSERT INTO t VALUES (1, 1); ALTER TABLE t1 ALTER a SET DEFAULT 1;"));
  CHECK(pending("INSERT INTO t1 VALUES (1, 1); ALTER TABLE t ADD COLUMN x int;"));
  CHECK(pending("INSERT INTO t1 VALUES (1, 1); CREATE INDEX ON t (a);"));
  CHECK(pending("INSERT INTO t1 VALUES (1, 1); DROP TABLE t;"));
  CHECK_FALSE(pending("INSERT INTO t1 VALUES (1, 1); ALTER TABLE ONLY t ALTER a SET DEFAULT 1;"));
}

TEST_CASE("VACUUM and ANALYZE of ONLY a table, and VACUUM of the database's statistics", "[effect]") {
  Server server;
  server.version = 18;
  Session session(Schema(), server);
  const auto statements = run(session,
                              "CREATE TABLE q (a int) PARTITION BY LIST (a); CREATE TABLE d PARTITION OF q DEFAULT; "
                              "ANALYZE q; ANALYZE ONLY q; VACUUM q; VACUUM ONLY q; VACUUM ONLY q, d; "
                              "VACUUM (ONLY_DATABASE_STATS);");
  REQUIRE(statements.size() == 8);
  const auto locks = [&](std::size_t i) { return statements[i].effects.locks.size(); };
  CHECK(locks(2) == 2);
  CHECK(locks(3) == 1);
  CHECK(locks(4) == 2);
  CHECK(locks(5) == 1);
  CHECK(locks(6) >= 2);
  CHECK(locks(7) == 0);
}

Effects last_effects(int version, const char* sql) {
  Server server;
  server.version = version;
  Session session(Schema(), server);
  return run(session, sql).back().effects;
}

TEST_CASE("what PostgreSQL 15 changed for partitions", "[effect]") {
  const QualifiedName c{"public", "c"}, r{"public", "r"};
  const std::string tree =
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
      "CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a); CREATE TABLE c PARTITION OF p FOR VALUES IN (1);"
      "CREATE TRIGGER g AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();"
      "CREATE TABLE r (a int REFERENCES p);";
  const std::string rename = tree + "ALTER TRIGGER g ON p RENAME TO h;";
  CHECK(last_effects(14, rename.c_str()).lock_on(c) == nullptr);
  CHECK(last_effects(15, rename.c_str()).lock_on(c));
  const std::string detach = tree + "ALTER TABLE p DETACH PARTITION c;";
  CHECK(last_effects(12, detach.c_str()).lock_on(c)->mode == LockMode::access_exclusive);
  const std::string part = tree + "CREATE TABLE d PARTITION OF p FOR VALUES IN (2);";
  REQUIRE(last_effects(14, part.c_str()).lock_on(r));
  CHECK(last_effects(14, part.c_str()).lock_on(r)->mode == LockMode::access_share);
  CHECK(last_effects(15, part.c_str()).lock_on(r)->mode == LockMode::share_row_exclusive);
}

TEST_CASE("what PostgreSQL 18 and 19 changed, by version", "[effect]") {
  const QualifiedName t{"public", "t"}, c{"public", "c"};
  const char* domain =
      "CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b d;";
  CHECK(last_effects(18, domain).rewrites(t));
  CHECK_FALSE(last_effects(19, domain).rewrites(t));
  const char* not_null = "CREATE DOMAIN d AS int NOT NULL; CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b d;";
  CHECK(last_effects(19, not_null).rewrites(t));
  const char* random =
      "CREATE DOMAIN d AS int CHECK (VALUE > random()); CREATE TABLE t (a int); ALTER TABLE t ADD b d;";
  CHECK(last_effects(19, random).rewrites(t));
  const char* validate =
      "CREATE DOMAIN d AS int; CREATE TABLE t (a d); ALTER DOMAIN d ADD CONSTRAINT p CHECK (VALUE > 0) NOT VALID;"
      "ALTER DOMAIN d VALIDATE CONSTRAINT p;";
  CHECK(last_effects(18, validate).lock_on(t)->mode == LockMode::share);
  CHECK(last_effects(19, validate).lock_on(t)->mode == LockMode::share_update_exclusive);
  const char* key =
      "CREATE TABLE r (a int PRIMARY KEY); CREATE TABLE t (a int); CREATE TABLE c () INHERITS (t);"
      "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r;";
  CHECK(last_effects(17, key).lock_on(c) == nullptr);
  REQUIRE(last_effects(18, key).lock_on(c));
  CHECK(last_effects(18, key).lock_on(c)->mode == LockMode::share_row_exclusive);
  const char* enforced =
      "CREATE TABLE t (a int, CONSTRAINT p CHECK (a > 0) NOT ENFORCED); ALTER TABLE t ALTER CONSTRAINT p ENFORCED;";
  CHECK(last_effects(18, enforced).fails);
  CHECK(last_effects(19, enforced).scans(t));
}

TEST_CASE("what the server refuses whatever the rows are", "[effect]") {
  const auto fails = [](const char* sql) { return last_effects(15, sql).fails.has_value(); };
  CHECK(fails("CREATE TABLE p (a int) PARTITION BY LIST (a); TRUNCATE ONLY p;"));
  CHECK(fails("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; TRUNCATE v;"));
  CHECK(fails("CREATE TABLE t (a int); CLUSTER t;"));
  CHECK(fails("CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; LOCK TABLE m;"));
  CHECK(fails("CREATE TABLE t (a int PRIMARY KEY); CREATE TEMP TABLE u (a int REFERENCES t);"));
  CHECK(fails("CREATE TABLE t (a int); ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY;"));
  CHECK_FALSE(
      fails("CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL,"
            "  ALTER a ADD GENERATED ALWAYS AS IDENTITY;"));
  CHECK(fails("CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a) STORED); ALTER TABLE t ALTER g SET DEFAULT 1;"));
  CHECK(fails("CREATE TABLE t (a int[]); ALTER TABLE t ALTER a TYPE int;"));
  CHECK_FALSE(fails("CREATE TABLE t (a int[]); ALTER TABLE t ALTER a TYPE text;"));
  CHECK_FALSE(fails("CREATE TABLE t (a int[]); ALTER TABLE t ALTER a TYPE int USING a[1];"));
  CHECK(fails(
      "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a) WHERE a > 0; ALTER TABLE t ADD UNIQUE USING INDEX i;"));
  CHECK(fails("CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t ALTER a DROP NOT NULL;"));
  CHECK_FALSE(
      fails("CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t DROP CONSTRAINT t_pkey, ALTER a DROP NOT NULL;"));
  CHECK(
      fails("CREATE TABLE p (a int, b int NOT NULL) PARTITION BY LIST (a); CREATE TABLE c (a int, b int);"
            "ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1);"));
  CHECK(
      fails("CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a, b FROM t;"
            "CREATE OR REPLACE VIEW v AS SELECT a FROM t;"));
  CHECK(fails("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); DROP SEQUENCE t_a_seq CASCADE;"));
}

}  // namespace mlint
