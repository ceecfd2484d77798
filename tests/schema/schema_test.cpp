#include "analyzer/schema/schema.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "analyzer/schema/dump.h"
#include "analyzer/schema/implication.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/volatility.h"
#include "parsers/sql/parse.h"

namespace mlint {
namespace {

void replay(Schema& schema, const std::string& text) {
  for (const sql::ParsedStatement& statement : sql::parse(text).statements)
    for (const Operation& operation : statement.operations) schema.apply(operation);
}

Schema after(const std::string& text) {
  Schema schema;
  replay(schema, text);
  return schema;
}

Volatility judge(const std::string& expression, const std::string& context = "") {
  return volatility_of(sql::parse_expression(expression), after(context));
}

}  // namespace

TEST_CASE("a copy of a schema does not see later changes", "[schema]") {
  Schema schema = after("CREATE TABLE t (a int); CREATE INDEX i ON t (a)");
  const Schema before = schema;
  replay(schema, "ALTER TABLE t ADD COLUMN b text, DROP COLUMN a; CREATE TABLE u (a int)");
  REQUIRE(before.find({"", "t"}));
  CHECK(before.find({"", "t"})->column("a"));
  CHECK_FALSE(before.find({"", "t"})->column("b"));
  CHECK(before.find_index_table({"", "i"}));
  CHECK_FALSE(before.find({"", "u"}));
  CHECK_FALSE(schema.find({"", "t"})->column("a"));
  CHECK_FALSE(schema.find_index_table({"", "i"}));
}

TEST_CASE("names are looked up along search_path, temporary ones first", "[schema]") {
  Schema schema = after("CREATE SCHEMA a; CREATE TABLE a.t (x int); CREATE TABLE t (y int)");
  CHECK(schema.find({"", "t"})->name == QualifiedName{"public", "t"});
  replay(schema, "SET search_path = a, public");
  CHECK(schema.find({"", "t"})->name == QualifiedName{"a", "t"});
  CHECK(schema.resolve({"", "unheard_of"}) == QualifiedName{"a", "unheard_of"});
  replay(schema, "CREATE TEMP TABLE t (z int)");
  CHECK(schema.find({"", "t"})->name == QualifiedName{"pg_temp", "t"});
  replay(schema, "RESET search_path; DROP TABLE t");
  CHECK(schema.find({"", "t"})->name == QualifiedName{"public", "t"});
}

TEST_CASE("SET LOCAL ends with its transaction", "[schema]") {
  Schema schema = after("BEGIN; SET LOCAL timezone = 'Europe/Berlin'; SELECT set_config('search_path', 'x', true)");
  CHECK_FALSE(schema.time_zone_is_utc());
  CHECK(schema.search_path() == std::vector<std::string>{"x"});
  replay(schema, "COMMIT");
  CHECK(schema.time_zone_is_utc());
  CHECK(schema.search_path() == std::vector<std::string>{"$user", "public"});
}

TEST_CASE("ROLLBACK undoes DDL and keeps the unit", "[schema]") {
  Schema schema;
  schema.begin_unit(3);
  replay(schema, "BEGIN; CREATE TABLE t (a int); SAVEPOINT s; ALTER TABLE t ADD b int; ROLLBACK TO s; COMMIT");
  REQUIRE(schema.find({"", "t"}));
  CHECK_FALSE(schema.find({"", "t"})->column("b"));
  CHECK(schema.created_in_this_unit({"", "t"}));
  replay(schema, "BEGIN; DROP TABLE t; ROLLBACK");
  CHECK(schema.find({"", "t"}));
  CHECK_FALSE(schema.was_dropped({"", "t"}));
  CHECK(schema.unit() == 3);
  CHECK_FALSE(schema.in_transaction());
}

TEST_CASE("a column whose type is not known is one all the same", "[schema]") {
  CreateTable create;
  create.name.name = "t";
  create.columns.resize(2);
  create.columns[0].name = "a";
  create.columns[1].name = "b";
  create.columns[1].type.name.name = "text";
  Schema schema;
  Operation operation;
  operation.kind = create;
  schema.apply(operation);
  REQUIRE(schema.find({"", "t"}) != nullptr);
  CHECK(schema.find({"", "t"})->column("a") != nullptr);
  CHECK(schema.find({"", "t"})->complete);
}

TEST_CASE("a relation never seen is altered into one that is incomplete", "[schema]") {
  Schema schema =
      after("ALTER TABLE t ADD COLUMN a int, ALTER COLUMN b SET NOT NULL; ALTER TABLE IF EXISTS u ADD c int");
  const Relation* t = schema.find({"", "t"});
  REQUIRE(t);
  CHECK_FALSE(t->complete);
  CHECK(t->column("a"));
  CHECK(t->column("b")->not_null == Known::yes);
  CHECK_FALSE(types::is_known(t->column("b")->type));
  CHECK_FALSE(schema.find({"", "u"}));
}

TEST_CASE("what was dropped is known not to exist", "[schema]") {
  Schema schema = after("CREATE TABLE t (a int); DROP TABLE t; DROP TABLE IF EXISTS never_seen");
  CHECK(schema.was_dropped({"", "t"}));
  CHECK(schema.was_dropped({"", "never_seen"}));
  replay(schema, "CREATE TABLE t (a int)");
  CHECK_FALSE(schema.was_dropped({"", "t"}));
}

TEST_CASE("foreign keys and views follow a rename", "[schema]") {
  Schema schema = after(
      "CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (a_id int REFERENCES a);"
      "CREATE VIEW v AS SELECT x FROM a; ALTER TABLE a RENAME TO c; ALTER TABLE c RENAME COLUMN id TO key");
  REQUIRE(schema.referencing({"", "c"}).size() == 1);
  CHECK(schema.referencing({"", "c"})[0].second->definition.referenced_columns == std::vector<std::string>{"key"});
  REQUIRE(schema.views_on({"", "c"}).size() == 1);
  CHECK(schema.views_on({"", "c"})[0]->reads_columns == std::vector<ColumnRef>{{{"public", "c"}, "x"}});
  CHECK(schema.referencing({"", "a"}).empty());
}

TEST_CASE("triggers follow their function, wherever their table went", "[schema]") {
  Schema schema = after(
      "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;"
      "CREATE TABLE t (a int); CREATE TABLE p (a int) PARTITION BY RANGE (a);"
      "CREATE TRIGGER on_t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();"
      "CREATE TRIGGER on_p AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION touch();"
      "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);"
      "ALTER TABLE t RENAME TO moved; ALTER FUNCTION touch() RENAME TO mark");
  for (const char* table : {"moved", "p", "p1"}) {
    INFO(table);
    REQUIRE(schema.find({"", table})->triggers.size() == 1);
    CHECK(schema.find({"", table})->triggers[0].definition.function.name == "mark");
  }
  replay(schema, "DROP FUNCTION mark() CASCADE");
  for (const char* table : {"moved", "p", "p1"}) CHECK(schema.find({"", table})->triggers.size() == 0);
}

TEST_CASE("a view that groups by a primary key rests on it", "[schema]") {
  const auto rests = [](const std::string& query) {
    const Schema schema = after(
        "CREATE TABLE t (id int PRIMARY KEY, x text, y int UNIQUE); CREATE TABLE u (t_id int, z text);"
        "CREATE VIEW v AS " +
        query);
    return !schema.find({"", "v"})->rests_on_key_of.empty();
  };
  for (const char* query : {
           "SELECT id, x FROM t GROUP BY id",
           "SELECT id, x FROM t GROUP BY 1",
           "SELECT id AS k, x FROM t GROUP BY k",
           "SELECT a.* FROM t a GROUP BY a.id",
           "SELECT id FROM t GROUP BY id HAVING x > 'a'",
           "SELECT id FROM t GROUP BY id ORDER BY x",
           "SELECT id, count(*) OVER (PARTITION BY x) FROM t GROUP BY id",
           "SELECT s.id FROM (SELECT id, x FROM t GROUP BY id) s",
           "SELECT id, (SELECT z FROM u WHERE z = a.x LIMIT 1) FROM t a GROUP BY id",
           "SELECT id, (SELECT z FROM u WHERE z = x) FROM t GROUP BY id",
           "SELECT id, (SELECT max(z || x) FROM u) FROM t GROUP BY id",
           "SELECT id, x FROM t GROUP BY GROUPING SETS ((id))",
           "SELECT id, x FROM t GROUP BY GROUPING SETS ((id, y), (id))",
           "SELECT id, x FROM t GROUP BY id, ROLLUP (y)",
       }) {
    INFO(query);
    CHECK(rests(query));
  }
  for (const char* query : {
           "SELECT id, count(*) FROM t GROUP BY id",
           "SELECT id, max(x), count(y) FILTER (WHERE y > 1) FROM t GROUP BY id",
           "SELECT id, x FROM t GROUP BY x, id",
           "SELECT id, upper(x) FROM t GROUP BY id, upper(x)",
           "SELECT t.id, count(z) FROM t JOIN u ON u.z = t.x GROUP BY t.id",
           "SELECT y FROM t GROUP BY y",
           "SELECT id, x FROM t GROUP BY ROLLUP (id), x",
           "SELECT id, x FROM t GROUP BY GROUPING SETS ((id, x), (x))",
           "SELECT id, (SELECT max(z) FROM u WHERE t_id = id) FROM t GROUP BY id",
           "SELECT * FROM t GROUP BY id, x, y",
       }) {
    INFO(query);
    CHECK_FALSE(rests(query));
  }
}

TEST_CASE("a function may be an aggregate, and a deferrable key proves nothing", "[schema]") {
  const Schema schema = after(
      "CREATE TABLE t (id int PRIMARY KEY, x text); CREATE TABLE d (id int PRIMARY KEY DEFERRABLE, x text);"
      "CREATE VIEW certain AS SELECT id, x FROM t GROUP BY id; CREATE VIEW maybe AS SELECT id, f(x) FROM t GROUP BY id;"
      "CREATE VIEW refused AS SELECT id, x FROM d GROUP BY id");
  CHECK(schema.find({"", "certain"})->use_of_key({"public", "t"})->certain);
  CHECK_FALSE(schema.find({"", "maybe"})->use_of_key({"public", "t"})->certain);
  CHECK(schema.find({"", "refused"})->rests_on_key_of.empty());
}

TEST_CASE("dropping the key drops the views that rest on it", "[schema]") {
  const Schema schema = after(
      "CREATE TABLE t (id int PRIMARY KEY, x text); ALTER TABLE t RENAME TO s;"
      "CREATE VIEW v AS SELECT id, x FROM s GROUP BY id; CREATE VIEW w AS SELECT * FROM v;"
      "CREATE VIEW kept AS SELECT id, x FROM s; ALTER TABLE s RENAME TO r;"
      "ALTER TABLE r DROP CONSTRAINT t_pkey CASCADE");
  CHECK_FALSE(schema.find({"", "v"}));
  CHECK_FALSE(schema.find({"", "w"}));
  CHECK(schema.find({"", "kept"}));
}

TEST_CASE("an enum value added in the running transaction is not usable", "[schema]") {
  Schema schema = after("CREATE TYPE e AS ENUM ('a'); BEGIN; ALTER TYPE e ADD VALUE 'b'");
  CHECK_FALSE(schema.enum_value_usable({"", "e"}, "b"));
  CHECK(schema.enum_value_usable({"", "e"}, "a"));
  replay(schema, "COMMIT; BEGIN");
  CHECK(schema.enum_value_usable({"", "e"}, "b"));
}

TEST_CASE("extensions bring their types", "[schema]") {
  const Schema schema = after("CREATE EXTENSION citext; CREATE EXTENSION postgis SCHEMA gis");
  CHECK(schema.find_type({"", "citext"}));
  CHECK(schema.find_type({"gis", "geometry"}));
  CHECK(schema.has_extension("postgis"));
  CHECK_FALSE(schema.has_extension("hstore"));
}

TEST_CASE("generated names are cut at 63 bytes, never inside a character", "[schema]") {
  CHECK(names::make_object_name("t", "c", "check") == "t_c_check");
  CHECK(names::make_object_name(std::string(70, 'a'), "", "pkey") == std::string(58, 'a') + "_pkey");
  CHECK(names::truncate(std::string(62, 'a') + "ü") == std::string(62, 'a'));
}

TEST_CASE("volatility of defaults", "[schema]") {
  CHECK(judge("1 + 2") == Volatility::immutable);
  CHECK(judge("now() + interval '1 day'") == Volatility::stable);
  CHECK(judge("CURRENT_DATE") == Volatility::stable);
  CHECK(judge("random()") == Volatility::volatile_);
  CHECK(judge("'now'::timestamptz") == Volatility::immutable);
  CHECK(judge("'now'::text::timestamptz") == Volatility::stable);
  CHECK(judge("nobody_knows()") == Volatility::unknown);
  CHECK(judge("f()", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'") == Volatility::immutable);
  CHECK(judge("f()", "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'") ==
        Volatility::volatile_);
}

TEST_CASE("what proves that a column is not null", "[schema]") {
  const auto proves = [](const std::string& check) {
    const Schema schema = after("CREATE TABLE t (c int, d int); ALTER TABLE t ADD CONSTRAINT k CHECK " + check);
    return proves_not_null(*schema.find({"", "t"}), "c", schema);
  };
  CHECK(proves("(c IS NOT NULL)"));
  CHECK(proves("(c IS NOT NULL AND d > 0)"));
  CHECK(proves("(NOT (c IS NULL))"));
  CHECK(proves("(NOT (c IS NULL OR d IS NULL))"));
  CHECK(proves("(c IS NOT NULL) NO INHERIT"));
  CHECK(proves("((c IS NOT NULL AND d > 1) OR (c IS NOT NULL AND d < 0))"));
  CHECK_FALSE(proves("(c IS NOT NULL) NOT VALID"));
  CHECK_FALSE(proves("(c > 0)"));
  CHECK_FALSE(proves("(c IS NOT NULL OR d > 0)"));
  CHECK_FALSE(proves("(d IS NOT NULL)"));
  CHECK_FALSE(proves("(c = 1 OR c = 2)"));
}

TEST_CASE("what proves a partition bound", "[schema]") {
  const auto proves = [](const std::string& check) {
    const Schema schema = after(
        "CREATE TABLE p (c date NOT NULL) PARTITION BY RANGE (c);"
        "CREATE TABLE b PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
        "CREATE TABLE t (c date NOT NULL, CHECK (" +
        check + "))");
    const Relation& t = *schema.find({"", "t"});
    const PartitionKey& key = *schema.find({"", "p"})->partition_by;
    const PartitionBound& bound = *schema.find({"", "b"})->bound;
    return std::pair(proves_partition_bound(t, key, bound), excludes_partition_bound(t, key, bound));
  };
  CHECK(proves("c >= '2024-01-01' AND c < '2025-01-01'") == std::pair(true, false));
  CHECK(proves("c >= '2024-03-01' AND c < '2024-04-01'") == std::pair(true, false));
  CHECK(proves("c BETWEEN '2024-03-01' AND '2024-12-31'") == std::pair(true, false));
  CHECK(proves("c >= '2024-01-01' AND c <= '2025-01-01'") == std::pair(false, false));
  CHECK(proves("c >= '2024-01-01'") == std::pair(false, false));
  CHECK(proves("c < '2024-01-01'") == std::pair(false, true));
  CHECK(proves("c < '2023-01-01' OR c >= '2025-01-01'") == std::pair(false, true));
}

TEST_CASE("a schema is dumped the same however it came about", "[schema]") {
  const Schema a = after("CREATE TABLE t (a int CHECK (a > 0)); CREATE TABLE u (b text)");
  const Schema b = after("CREATE TABLE u (b text); CREATE TABLE t (a int CHECK (a > 0))");
  CHECK(dump_schema(a) == dump_schema(b));
  CHECK(dump_schema(a).find("column a: integer") != std::string::npos);
}

TEST_CASE("circles and long chains end", "[schema]") {
  Schema schema = after(
      "CREATE TABLE a (x int) PARTITION BY LIST (x); CREATE TABLE b (x int) PARTITION BY LIST (x);"
      "ALTER TABLE a ATTACH PARTITION b DEFAULT; ALTER TABLE b ATTACH PARTITION a DEFAULT;"
      "ALTER TABLE a ATTACH PARTITION a DEFAULT; ALTER TABLE a DROP COLUMN x; CREATE TABLE v0 (x int)");
  std::string views, domains = "CREATE DOMAIN d0 AS int;", tables;
  for (int i = 1; i < 3000; ++i) {
    const std::string before = std::to_string(i - 1), now = std::to_string(i);
    views += "CREATE VIEW v" + now + " AS SELECT x FROM v" + before + ";";
    domains += "CREATE DOMAIN d" + now + " AS d" + before + ";";
    if (i < 500) tables += "CREATE TABLE t" + now + " () INHERITS (t" + before + ");";
  }
  replay(schema, views + domains + "CREATE TABLE t0 (c int);" + tables);
  replay(schema, "ALTER TABLE t0 RENAME COLUMN c TO d; ALTER TABLE t0 ADD CHECK (d > 0); ALTER TABLE t0 DROP COLUMN d");
  replay(schema, "DROP TABLE v0 CASCADE; DROP DOMAIN d0 CASCADE; DROP TABLE t0 CASCADE");
  CHECK_FALSE(schema.find({"", "v2999"}));
  CHECK_FALSE(schema.find_type({"", "d2999"}));
}

TEST_CASE("a long history is replayed in little time", "[schema]") {
  std::vector<Operation> history;
  const auto add = [&](const std::string& text) {
    for (const sql::ParsedStatement& statement : sql::parse(text).statements)
      for (const Operation& operation : statement.operations) history.push_back(operation);
  };
  for (int t = 0; t < 700; ++t) {
    const std::string name = "app_table_" + std::to_string(t);
    add("CREATE TABLE " + name + " (id bigserial PRIMARY KEY, a int CHECK (a > 0), b varchar(20) NOT NULL, c text)");
    for (int i = 0; i < 9; ++i) add("ALTER TABLE " + name + " ADD COLUMN c" + std::to_string(i) + " int DEFAULT 0");
    add("CREATE INDEX ON " + name + " (a); ALTER TABLE " + name + " ADD FOREIGN KEY (a) REFERENCES app_table_0");
  }
  const auto begin = std::chrono::steady_clock::now();
  Schema schema;
  for (const Operation& operation : history) schema.apply(operation);
  const auto plain = std::chrono::steady_clock::now() - begin;
  std::vector<Schema> before;  // every state kept
  Schema kept;
  for (const Operation& operation : history) {
    before.push_back(kept);
    kept.apply(operation);
  }
  const auto all = std::chrono::steady_clock::now() - begin - plain;
  const auto ms = [](auto d) { return std::chrono::duration_cast<std::chrono::milliseconds>(d).count(); };
  WARN(history.size() << " operations replayed in " << ms(plain) << " ms, with every state kept in " << ms(all)
                      << " ms");
  CHECK(schema.relations().size() == 1400);
  CHECK(ms(plain) < 2000);  // of an unoptimised build on a busy machine
}

}  // namespace mlint
