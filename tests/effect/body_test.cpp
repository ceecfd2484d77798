// What a DO block leaves behind, and which server reads a statement at all.
#include <catch2/catch.hpp>
#include <string>

#include "tests/effect/last_statement.h"

namespace mlint {

TEST_CASE("the schema behind a DO block", "[effect]") {
  const auto fails = [](const std::string& block, const std::string& sql) {
    return last(base + ("DO $$BEGIN " + block + " END$$;") + sql).effects.fails.has_value();
  };
  CHECK_FALSE(fails("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);", "ALTER TABLE t DROP CONSTRAINT c"));
  CHECK(fails("ALTER TABLE t DROP COLUMN b;", "ALTER TABLE t DROP COLUMN b"));
  CHECK_FALSE(fails("IF x THEN ALTER TABLE t DROP COLUMN b; END IF;", "ALTER TABLE t DROP COLUMN b"));
  CHECK_FALSE(fails("IF x THEN ALTER TABLE t RENAME b TO d; END IF;", "ALTER TABLE t DROP COLUMN d"));
  CHECK_FALSE(fails("EXECUTE format('ALTER TABLE %I ADD d int', x);", "ALTER TABLE t DROP COLUMN d"));
  CHECK(fails("IF false THEN ALTER TABLE t ADD d int; END IF;", "ALTER TABLE t DROP COLUMN d"));

  // What may have been made is there, but proves nothing and is not new.
  const std::string guarded = std::string(base) +
                              "DO $$BEGIN IF NOT EXISTS (SELECT 1) THEN ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) "
                              "REFERENCES o, ADD CHECK (b IS NOT NULL); CREATE TABLE n (a int); END IF; END$$;";
  const QualifiedName o{"public", "o"}, t{"public", "t"}, n{"public", "n"};
  CHECK(last(guarded + "DROP TABLE t").effects.lock_on(o));
  CHECK(last(guarded + "ALTER TABLE t ALTER b SET NOT NULL").effects.scans(t));
  CHECK_FALSE(last(guarded + "ALTER TABLE n ADD b int").effects.lock_on(n)->new_in_unit);
}

// Asked of servers of 15 and 18.
TEST_CASE("what is below a child that has the column, check or key already", "[effect]") {
  const std::string tree =
      "CREATE TABLE i0 (n int); CREATE TABLE i1 (o int, CONSTRAINT c CHECK (n > 0)) INHERITS (i0);"
      "CREATE TABLE i2 () INHERITS (i1);";
  const QualifiedName i1{"public", "i1"}, i2{"public", "i2"}, k{"public", "k"};
  const auto locks = [&](const std::string& sql, int version, const QualifiedName& table) {
    return last(tree + sql, version).effects.lock_on(table) != nullptr;
  };
  for (const char* sql :
       {"ALTER TABLE i0 ADD CONSTRAINT c CHECK (n > 0)", "ALTER TABLE i0 ADD COLUMN o int NOT NULL"}) {
    CHECK(locks(sql, 15, i1));
    CHECK_FALSE(locks(sql, 15, i2));
    CHECK(locks(sql, 18, i2));
  }
  CHECK_FALSE(locks("ALTER TABLE i0 ADD COLUMN o int DEFAULT 1", 18, i2));
  CHECK(locks("ALTER TABLE i0 ADD COLUMN o int CHECK (o > 0)", 15, i2));

  const std::string parts =
      "CREATE TABLE k (a int PRIMARY KEY); CREATE TABLE p (a int REFERENCES k) PARTITION BY LIST (a);"
      "CREATE TABLE q (a int); ALTER TABLE q ADD FOREIGN KEY (a) REFERENCES k NOT VALID;"
      "ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1)";
  CHECK(last(parts, 15).effects.lock_on(k)->mode == LockMode::share_row_exclusive);
  CHECK(last(parts, 18).effects.lock_on(k)->mode == LockMode::access_exclusive);
  CHECK(last(parts, 18).effects.validates_foreign_keys.size() == 1);
}

// Asked of a server of 15: the relation's file, and what it read.
TEST_CASE("what may have been taken away proves nothing", "[effect]") {
  const QualifiedName w{"public", "w"};
  const auto after = [&](const std::string& block, const std::string& sql) {
    return last(
               "CREATE TABLE w (a int NOT NULL, b int, c varchar(50), CONSTRAINT k CHECK (b IS NOT NULL));"
               "DO $$BEGIN " +
               block + " END$$;" + sql)
        .effects;
  };
  const std::string set_b = "ALTER TABLE w ALTER b SET NOT NULL", set_a = "ALTER TABLE w ALTER a SET NOT NULL";
  const std::string widen = "ALTER TABLE w ALTER c TYPE varchar(100)";
  CHECK_FALSE(after("NULL;", set_b).scans(w));
  CHECK_FALSE(after("NULL;", set_a).scans(w));
  CHECK_FALSE(after("NULL;", widen).rewrites(w));
  CHECK(after("IF x THEN ALTER TABLE w DROP CONSTRAINT k; END IF;", set_b).scans(w));
  CHECK(after("IF x THEN ALTER TABLE w ALTER a DROP NOT NULL; END IF;", set_a).scans(w));
  CHECK(after("IF x THEN ALTER TABLE w ALTER c TYPE text; END IF;", widen).rewrites(w));
  CHECK(after("BEGIN ALTER TABLE w ALTER c TYPE text; EXCEPTION WHEN others THEN NULL; END;", widen).rewrites(w));
  const std::string dynamic = "EXECUTE (SELECT x FROM w);";
  CHECK(after(dynamic, set_a).scans(w));
  CHECK(after(dynamic, set_b).scans(w));
  CHECK(after(dynamic, widen).rewrites(w));
  // What constants make of dynamic SQL tells what it cannot have changed.
  const std::string drop = "EXECUTE 'ALTER TABLE ' || x || ' DROP CONSTRAINT \"' || y || '\"';";
  CHECK(after(drop, set_b).scans(w));
  CHECK_FALSE(after(drop, set_a).scans(w));
  CHECK_FALSE(after(drop, widen).rewrites(w));
  // Since 18 a NOT NULL is a constraint with a name.
  const auto after_18 = [&](const std::string& block, const std::string& sql) {
    return last("CREATE TABLE w (a int NOT NULL); CREATE TABLE v (a int NOT NULL); DO $$BEGIN " + block + " END$$;" +
                    sql,
                18)
        .effects;
  };
  CHECK(after_18(drop, set_a).scans(w));
  CHECK(after_18("EXECUTE 'ALTER TABLE w DROP CONSTRAINT ' || y;", set_a).scans(w));
  CHECK_FALSE(after_18("EXECUTE 'ALTER TABLE v DROP CONSTRAINT ' || y;", set_a).scans(w));
  // The table, or the kind of statement, stands in front of what is not known.
  CHECK(after("EXECUTE 'ALTER TABLE w ' || x;", widen).rewrites(w));
  CHECK(after("EXECUTE 'ALTER TABLE w ' || x;", set_a).scans(w));
  CHECK_FALSE(after("EXECUTE 'ALTER TABLE IF EXISTS public.v ' || x;", widen).rewrites(w));
  CHECK(after("EXECUTE 'ALTER TABLE v; ' || x;", widen).rewrites(w));
  CHECK(after("EXECUTE 'ALTER TABLE w' || x;", widen).rewrites(w));
  CHECK(after("EXECUTE 'SELECT f(' || x;", set_a).scans(w));  // who knows what f() does
  CHECK(after("EXECUTE 'UPDATE v SET a = ' || x;", set_a).scans(w));
  const std::string retype = "EXECUTE format('ALTER TABLE %I ALTER COLUMN c TYPE text', x);";
  CHECK(after(retype, widen).rewrites(w));
  CHECK_FALSE(after(retype, set_a).scans(w));
  const std::string attach =
      "EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES WITH (modulus %s, "
      "remainder %s)', a, b, c, d);";
  CHECK_FALSE(after(attach, set_b).scans(w));
  CHECK_FALSE(after("EXECUTE format('ALTER INDEX %I RENAME TO %I', x, y);", widen).rewrites(w));
  CHECK(after("EXECUTE format('ALTER TABLE %I %s', x, y);", widen).rewrites(w));
  CHECK(after("IF x THEN ALTER TABLE w RENAME TO v; CREATE TABLE w (c varchar(5)); ELSE "
              "ALTER TABLE w ALTER a TYPE bigint; END IF;",
              set_a)
            .lock_on(w)
            ->new_in_unit == false);
}

TEST_CASE("the arms of a body", "[effect]") {
  const QualifiedName w{"public", "w"}, n{"public", "n"};
  const auto run = [&](const std::string& block) {
    return last("CREATE TABLE w (a int, b int); DO $$BEGIN " + block + " END$$").effects;
  };
  // Each begins with what was there before the IF.
  CHECK(run("IF x THEN ALTER TABLE w RENAME TO v; CREATE TABLE w (a int); ELSE ALTER TABLE w ALTER a TYPE bigint; "
            "END IF;")
            .rewrites(w));
  // Names are those before the statement.
  const auto renamed = run("ALTER TABLE w RENAME TO v; ALTER TABLE v ALTER a TYPE bigint;");
  CHECK(renamed.rewrites(w));
  CHECK_FALSE(renamed.lock_on({"public", "v"}));
  CHECK(run("ALTER TABLE w RENAME TO v; CREATE TABLE w (a int); ALTER TABLE v ALTER a TYPE bigint;").rewrites(w));
  // New inside of its own arm only.
  CHECK_FALSE(run("IF x THEN CREATE TABLE n (a int); CREATE INDEX ON n (a); END IF;").lock_on(n));
  CHECK(run("IF x THEN CREATE TABLE n (a int); END IF; CREATE INDEX ON n (a);").lock_on(n));
  CHECK_FALSE(run("CREATE TABLE n (a int); CREATE INDEX ON n (a);").lock_on(n));
}

TEST_CASE("what may have been made or taken away decides no question of existence", "[effect]") {
  const QualifiedName t{"public", "t"}, n{"public", "n"};
  const auto after = [&](const std::string& block, const std::string& sql) {
    return last(base + ("CREATE INDEX ti ON t (a); DO $$BEGIN IF x THEN " + block + " END IF; END$$;") + sql).effects;
  };
  const std::string add = "ALTER TABLE t ADD COLUMN IF NOT EXISTS ";
  CHECK_FALSE(after("NULL;", add + "b bigserial").rewrites(t));
  CHECK(after("ALTER TABLE t DROP b;", add + "b bigserial").rewrites(t));
  CHECK(after("ALTER TABLE t ADD c int;", add + "c bigserial").rewrites(t));
  CHECK_FALSE(after("ALTER TABLE t ADD c int;", add + "b bigserial").rewrites(t));
  const std::string index = "CREATE INDEX IF NOT EXISTS ti ON t (a)";
  CHECK_FALSE(after("NULL;", index).scans(t));
  CHECK(after("DROP INDEX ti;", index).scans(t));
  CHECK(after("CREATE INDEX tj ON t (b);", "CREATE INDEX IF NOT EXISTS tj ON t (b)").scans(t));
  const std::string again = "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)";
  CHECK_FALSE(after(again + ";", again).fails);
  CHECK_FALSE(after("ALTER TABLE t DROP b;", "ALTER TABLE t ADD b int").fails);
  CHECK(after("NULL;", "ALTER TABLE t ADD b int").fails);
  CHECK_FALSE(after("DROP TABLE t;", "CREATE TABLE t (a int)").fails);
  CHECK_FALSE(after("CREATE TABLE n (a int);", "CREATE TABLE n (a int)").fails);
}

TEST_CASE("a function that is called leaves behind what its body does", "[effect]") {
  const auto after = [](const std::string& language, const std::string& call, const std::string& sql) {
    return last(base + ("CREATE FUNCTION f() RETURNS void LANGUAGE " + language) + call + sql).effects;
  };
  const std::string plpgsql = "plpgsql AS 'BEGIN ALTER TABLE t ADD c int; END'; ";
  const std::string retype = "ALTER TABLE t ALTER c TYPE text";
  CHECK(after(plpgsql, "", retype).fails);
  CHECK_FALSE(after(plpgsql, "SELECT f();", retype).fails);
  CHECK_FALSE(after(plpgsql, "DO $$BEGIN PERFORM f(); END$$;", retype).fails);
  CHECK_FALSE(after(plpgsql, "DO $$BEGIN IF x THEN PERFORM f(); END IF; END$$;", retype).fails);
  CHECK(after(plpgsql, "EXPLAIN SELECT f();", retype).fails);
  CHECK_FALSE(after("sql AS 'ALTER TABLE t ADD c int'; ", "SELECT f();", retype).fails);
  // It calls itself.
  CHECK_FALSE(after("plpgsql AS 'BEGIN ALTER TABLE t ADD c int; PERFORM f(); END'; ", "SELECT f();", retype).fails);
}

TEST_CASE("a type that may have been made is there", "[effect]") {
  const auto adds = [](const std::string& block) {
    return last(base + ("DO $$BEGIN " + block + " END$$;") + "ALTER TABLE t ADD c pos")
        .effects.rewrites({"public", "t"});
  };
  CHECK_FALSE(adds("NULL;"));
  CHECK(adds("IF NOT EXISTS (SELECT 1) THEN CREATE DOMAIN pos AS int CHECK (value > 0); END IF;"));
}

TEST_CASE("a handler that may run is said to be taken to run", "[effect]") {
  const auto effects =
      last(std::string(base) + "DO $$BEGIN NULL; EXCEPTION WHEN others THEN DROP TABLE t; END$$").effects;
  CHECK(effects.lock_on({"public", "t"}));
  CHECK(effects.assumptions == std::vector<std::string>{"the EXCEPTION handlers of the body are taken to run"});
}

// Each was run on servers of 12 to 18.
TEST_CASE("syntax and support of 13 to 19", "[effect]") {
  struct Case {
    int since;
    const char* sql;
  };
  const Case cases[] = {
      {13, "ALTER TABLE t ALTER b DROP EXPRESSION IF EXISTS"},
      {13, "VACUUM (PARALLEL 1) t"},
      {13, "CREATE TRIGGER x BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()"},
      {13, "CREATE PUBLICATION q FOR TABLE p"},
      {14, "CREATE OR REPLACE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"},
      {14, "ALTER TABLE t ALTER a SET COMPRESSION pglz"},
      {14, "CREATE TABLE n (a text COMPRESSION pglz)"},
      {14, "CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN 1"},
      {14, "CREATE PROCEDURE g(OUT a int) LANGUAGE plpgsql AS $$BEGIN a := 1; END$$"},
      {14, "REINDEX (TABLESPACE pg_default) TABLE t"},
      {15, "ALTER TABLE t SET ACCESS METHOD heap"},
      {15, "CREATE UNIQUE INDEX ON t (a) NULLS NOT DISTINCT"},
      {15, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES o ON DELETE SET NULL (a)"},
      {15, "CREATE UNLOGGED SEQUENCE s"},
      {15, "CREATE TABLE n (a numeric(3, 5))"},
      {15, "CREATE PUBLICATION q FOR TABLES IN SCHEMA public"},
      {15, "CREATE VIEW v WITH (security_invoker = true) AS SELECT 1 AS a"},
      {16, "VACUUM (SKIP_DATABASE_STATS) t"},
      {17, "ALTER TABLE p ADD COLUMN i int GENERATED ALWAYS AS IDENTITY"},
      {17, "CREATE TABLE n (a int, EXCLUDE USING btree (a WITH =)) PARTITION BY LIST (a)"},
      {17, "MERGE INTO w USING o ON o.id = w.a WHEN MATCHED THEN DELETE"},
      {18, "ALTER TABLE ONLY p DROP CONSTRAINT c"},
      {18, "COPY m TO STDOUT"},
      {19, "COPY p TO STDOUT"},
  };
  const std::string schema = std::string(base) +
                             "CREATE TABLE p (a int CONSTRAINT c CHECK (a > 0)) PARTITION BY LIST (a);"
                             "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE VIEW w AS SELECT a FROM t;"
                             "CREATE MATERIALIZED VIEW m AS SELECT a FROM t;";
  for (const Case& test : cases) {
    INFO(test.sql);
    CHECK(last(schema + test.sql, test.since - 1).effects.fails);
    CHECK_FALSE(last(schema + test.sql, test.since).effects.fails);
  }
}

TEST_CASE("what goes with a domain or a collation", "[effect]") {
  const std::string schema =
      "CREATE DOMAIN d AS int; CREATE DOMAIN e AS d; CREATE TABLE t (a e, b e[]);"
      "CREATE COLLATION c (locale = 'C'); CREATE TABLE u (a text COLLATE c); CREATE TABLE w (a text);"
      "CREATE INDEX i ON w (a COLLATE c);";
  CHECK(last(schema + "DROP DOMAIN d CASCADE").effects.lock_on({"public", "t"}));
  CHECK(last(schema + "DROP DOMAIN d").effects.fails);
  const auto collation = last(schema + "DROP COLLATION c CASCADE").effects;
  CHECK(collation.lock_on({"public", "u"}));
  CHECK(collation.lock_on({"public", "w"}));
}

TEST_CASE("CREATE SCHEMA: the names of its elements are in it", "[effect]") {
  Session session(Schema(), Server{});
  const auto parsed = sql::parse(
      "CREATE TABLE o (id int PRIMARY KEY);"
      "CREATE SCHEMA s CREATE TABLE t (a int PRIMARY KEY) CREATE TABLE u (a int REFERENCES t, b int REFERENCES o) "
      "CREATE INDEX ON t (a)");
  for (const auto& statement : parsed.statements) {
    for (const Operation& operation : statement.operations) session.replay(operation);
  }
  REQUIRE(session.schema().find({"s", "t"}));
  CHECK(session.schema().find({"s", "t"})->indexes.size() == 2);
  CHECK(session.schema().referencing({"s", "t"}).size() == 1);
  CHECK(session.schema().referencing({"public", "o"}).size() == 1);
  CHECK_FALSE(session.schema().find({"public", "t"}));
}

TEST_CASE("CREATE SCHEMA: what it made before is found first", "[effect]") {
  Session session(Schema(), Server{});
  const auto parsed = sql::parse(
      "CREATE TABLE t (z int); CREATE TABLE o (z int);"
      "CREATE SCHEMA s CREATE TABLE t (a int NOT NULL) CREATE TABLE l (LIKE t) CREATE TABLE i (b int) INHERITS (t) "
      "CREATE TABLE m (LIKE o) CREATE VIEW v AS SELECT * FROM (SELECT * FROM t) x CREATE VIEW w AS SELECT FROM v WHERE "
      "EXISTS (TABLE t)");
  for (const auto& statement : parsed.statements) {
    for (const Operation& operation : statement.operations) session.replay(operation);
  }
  const Schema& schema = session.schema();
  CHECK(schema.find({"s", "l"})->column("a"));
  CHECK(schema.find({"s", "m"})->column("z"));
  CHECK(schema.find({"s", "i"})->column("a"));
  CHECK(schema.find({"s", "v"})->reads == std::vector<QualifiedName>{{"s", "t"}});
  CHECK(schema.find({"s", "w"})->reads.size() == 2);
  CHECK(schema.views_on({"public", "t"}).empty());
}

// Asked of a server of 15, without and inside of a transaction.
TEST_CASE("a disabled subscription is not refreshed", "[effect]") {
  const auto after = [](const std::string& options, const std::string& sql) {
    return last("CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p WITH (" + options + ");" + sql).effects;
  };
  const std::string disabled = "connect = false, slot_name = NONE";
  for (const std::string sql : {"ALTER SUBSCRIPTION s REFRESH PUBLICATION", "ALTER SUBSCRIPTION s ADD PUBLICATION q"}) {
    CHECK(after(disabled, sql).fails);
    CHECK(after("enabled = false", sql).fails);
    CHECK(after(disabled, "ALTER SUBSCRIPTION s SET (slot_name = x); ALTER SUBSCRIPTION s ENABLE;" + sql)
              .refused_in_transaction);
    CHECK(after("create_slot", sql).refused_in_transaction);
    CHECK(after("create_slot", "ALTER SUBSCRIPTION s DISABLE;" + sql).fails);
  }
  CHECK_FALSE(after(disabled, "ALTER SUBSCRIPTION s ADD PUBLICATION q WITH (refresh = false)").fails);
}

// Asked of servers of 14, 16 and 17.
TEST_CASE("what the release notes of 16 call incompatible", "[effect]") {
  const auto since = [](const std::string& sql, int version) {
    return !last(sql, version - 1).effects.fails && last(sql, version).effects.fails;
  };
  CHECK(
      since("CREATE TABLE k (a int NOT NULL); CREATE UNIQUE INDEX ki ON k (a) NULLS NOT DISTINCT;"
            "ALTER TABLE k ADD PRIMARY KEY USING INDEX ki",
            16));
  CHECK(since("CREATE TABLE r (a int); CREATE RULE \"_RETURN\" AS ON SELECT TO r DO INSTEAD SELECT 1 AS a", 16));
  const std::string plain = "CREATE TABLE gp (a int, b int);";
  const std::string generated = "CREATE TABLE gc (a int, b int GENERATED ALWAYS AS (a + 1) STORED);";
  CHECK(since(plain + generated + "ALTER TABLE gc INHERIT gp", 16));
  CHECK(last(plain + generated + "ALTER TABLE gp INHERIT gc", 15).effects.fails);
}

TEST_CASE("a body that does not hold together", "[effect]") {
  const std::string broken = "$$BEGIN IF true THEN ALTER TABLE t ADD c int; END$$";
  const Effects block = last(base + ("DO " + broken)).effects;
  CHECK(block.fails == "line 1 of the body: syntax error at the end of the body");
  CHECK_FALSE(block.known);
  CHECK(block.locks.empty());
  const std::string head = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ";
  const Effects function = last(head + broken).effects;
  CHECK_FALSE(function.fails);  // check_function_bodies may be off
  CHECK_FALSE(function.known);
  CHECK(function.assumptions.size() == 1);
  CHECK(last(head + "$$BEGIN NULL; END$$").effects.known);
}

TEST_CASE("the oldest server of a statement", "[effect]") {
  const auto fails = [](const std::string& sql, int version) { return last(sql, version).effects.fails.has_value(); };
  for (const auto& [sql, since] : {std::pair("CREATE DOMAIN d AS numeric(2, -3)", 15),
                                   std::pair("CREATE STATISTICS s ON (a + b), c FROM t", 14)}) {
    CHECK_FALSE(fails(sql, since));
    CHECK(fails(sql, since - 1));
  }
  CHECK_FALSE(fails("CREATE STATISTICS s ON a, b FROM t", 13));
}

TEST_CASE("what hangs on a child is in the way of its parent's change of type", "[effect]") {
  const std::string schema =
      "CREATE TABLE p (a int, b int, c int) PARTITION BY LIST (a);"
      "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY RANGE (b);"
      "CREATE TABLE o (a int); CREATE TABLE h (b int) INHERITS (o); CREATE VIEW v AS SELECT a FROM h;";
  CHECK(last(schema + "ALTER TABLE p ALTER b TYPE bigint").effects.fails);
  CHECK(last(schema + "ALTER TABLE p DROP COLUMN b").effects.fails);
  CHECK(last(schema + "ALTER TABLE o ALTER a TYPE bigint").effects.fails);
  CHECK_FALSE(last(schema + "ALTER TABLE p ALTER c TYPE bigint").effects.fails);
}

TEST_CASE("ALTER SUBSCRIPTION in a transaction", "[effect]") {
  const auto refused = [](const std::string& sql) { return last(sql, 18).effects.refused_in_transaction; };
  const std::string made = "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false);";
  CHECK(refused("ALTER SUBSCRIPTION s REFRESH PUBLICATION"));
  CHECK(refused("ALTER SUBSCRIPTION s SET PUBLICATION p"));
  CHECK_FALSE(refused("ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)"));
  CHECK_FALSE(refused("ALTER SUBSCRIPTION s DISABLE"));
  CHECK_FALSE(refused(made + "ALTER SUBSCRIPTION s REFRESH PUBLICATION"));
  CHECK(refused(made + "ALTER SUBSCRIPTION s SET (failover = true)"));
}

}  // namespace mlint
