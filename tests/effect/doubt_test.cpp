// What may or may not be there, behind branches and dynamic SQL.
#include <catch2/catch.hpp>
#include <string>

#include "tests/effect/last_statement.h"

namespace mlint {

// What a later statement makes anew was not there any more; what it may have left is either of the two.
TEST_CASE("what was in doubt and is made again", "[effect]") {
  const QualifiedName t{"public", "t"}, o{"public", "o"};
  const auto guarded = [](const std::string& block) {
    return base + ("DO $$BEGIN IF x THEN " + block + " END IF; END$$;");
  };
  // Renamed away or not: the column that is added is text, or the old one is left.
  const std::string column = guarded("ALTER TABLE t RENAME b TO c;");
  CHECK_FALSE(last(column + "ALTER TABLE t ADD b text; ALTER TABLE t ALTER b TYPE text").effects.rewrites(t));
  CHECK(last(column + "ALTER TABLE t ADD IF NOT EXISTS b text; ALTER TABLE t ALTER b TYPE text").effects.rewrites(t));
  CHECK(last(guarded("ALTER TABLE t RENAME b TO c; ALTER TABLE t ADD b text;") + "ALTER TABLE t ALTER b TYPE int")
            .effects.rewrites(t));
  const std::string table = guarded("DROP TABLE t;") + "CREATE TABLE t (b text); ";
  CHECK_FALSE(last(table + "ALTER TABLE t ALTER b TYPE text").effects.rewrites(t));
  CHECK(last(table + "ALTER TABLE t DROP COLUMN a").effects.fails);
  const std::string index = base + std::string("CREATE INDEX i ON t (a); DO $$BEGIN IF x THEN DROP INDEX i; END IF; ") +
                            "END$$; CREATE INDEX i ON o (id);";
  CHECK(last(index + "DROP INDEX i").effects.lock_on(o));

  // An index under its new name.
  const std::string renamed = base + std::string("CREATE INDEX i ON t (a); DO $$BEGIN IF x THEN ") +
                              "EXECUTE 'ALTER INDEX i RENAME TO j'; END IF; END$$;";
  CHECK(last(renamed + "DROP INDEX j").effects.lock_on(t));
  CHECK(last(renamed + "DROP INDEX i").effects.lock_on(t));

  // What depends on it may be gone, so nothing is sure to stop the statement.
  const std::string made = std::string(base) +
                           "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;"
                           "CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f();";
  CHECK(last(made + "DROP FUNCTION f()").effects.fails);
  CHECK_FALSE(last(made + "DO $$BEGIN IF x THEN DROP TABLE t; END IF; END$$; DROP FUNCTION f()").effects.fails);
  CHECK_FALSE(last(made + "DO $$BEGIN IF x THEN DROP TRIGGER g ON t; END IF; END$$;"
                          "CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()")
                  .effects.fails);
}

TEST_CASE("IF EXISTS of what is not known here", "[effect]") {
  CHECK(last(std::string(base) + "ALTER TABLE t RENAME TO o").effects.fails);
  CHECK(last(std::string(base) + "ALTER TABLE IF EXISTS t RENAME TO o").effects.fails);
  CHECK_FALSE(last(std::string(base) + "ALTER TABLE IF EXISTS u RENAME TO o").effects.fails);
}

// Of a key, a NOT NULL or its column that may be there or not.
TEST_CASE("a primary key that may be gone", "[effect]") {
  const std::string keyed = std::string(base) +
                            "DO $$BEGIN IF x THEN ALTER TABLE o DROP CONSTRAINT o_pkey, "
                            "ALTER id DROP NOT NULL; END IF; END$$; ALTER TABLE o ADD PRIMARY KEY (id)";
  const Statement added = last(keyed);
  CHECK_FALSE(added.effects.fails);
  CHECK(added.effects.scans({"public", "o"}));
  CHECK(added.effects.assumptions.size() == 1);
  // The whole table is in doubt.
  const std::string dynamic = std::string(base) + "DO $$DECLARE s text; BEGIN EXECUTE s; END$$;";
  CHECK(last(std::string(base) + "ALTER TABLE o ADD PRIMARY KEY (id)").effects.fails);
  CHECK_FALSE(last(dynamic + "ALTER TABLE o ADD PRIMARY KEY (id)").effects.fails);
  const std::string partitioned = "CREATE TABLE p (a int) PARTITION BY LIST (a);";
  CHECK(last(partitioned + "CREATE INDEX CONCURRENTLY ON p (a)").effects.fails);
  CHECK_FALSE(last(partitioned + dynamic + "CREATE INDEX CONCURRENTLY ON p (a)").effects.fails);
}

// Taken at its worst, and said.
TEST_CASE("a foreign key that may be gone", "[effect]") {
  const std::string made = std::string(base) + "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES o;";
  const Statement dropped =
      last(made + "DO $$BEGIN IF x THEN ALTER TABLE t DROP CONSTRAINT k; END IF; END$$; DROP TABLE t");
  CHECK(dropped.effects.lock_on({"public", "o"}));
  CHECK(dropped.effects.assumptions.size() == 1);
  CHECK(last(made + "DROP TABLE t").effects.assumptions.empty());
}

TEST_CASE("partitions that dynamic SQL may have made", "[effect]") {
  const std::string made =
      "CREATE TABLE p (a int) PARTITION BY LIST (a); DO $$BEGIN EXECUTE format('CREATE TABLE %s (a int)', x); "
      "EXECUTE format('ALTER TABLE p ATTACH PARTITION %s FOR VALUES IN (1)', x); END$$;";
  CHECK(last(made + "ALTER TABLE p ADD b int").effects.assumptions.size() == 1);
  CHECK(last(made + "UPDATE p SET a = 2").effects.assumptions.size() == 1);
  CHECK(last(made + "INSERT INTO p VALUES (1)").effects.assumptions.size() == 1);
  CHECK(last("CREATE TABLE p (a int) PARTITION BY LIST (a); ALTER TABLE p ADD b int").effects.assumptions.empty());
}

TEST_CASE("a view of a temporary table", "[effect]") {
  const std::string made = "CREATE TEMP TABLE h (a int); CREATE VIEW v AS SELECT a FROM h;";
  CHECK(last(made + "DROP VIEW v").effects.lock_on({"pg_temp", "v"}));
  CHECK_FALSE(last(made + "CREATE VIEW public.v AS SELECT 1").effects.fails);
}

}  // namespace mlint
