#include <catch2/catch.hpp>

#include "parsers/sql/parse.h"

using namespace mlint;

namespace {

Operation read(const std::string& text) {
  const auto parsed = sql::parse(text);
  INFO(text);
  for (const auto& problem : parsed.problems) FAIL_CHECK(problem.message);
  REQUIRE(parsed.statements.size() == 1);
  REQUIRE(parsed.statements[0].operations.size() == 1);
  return parsed.statements[0].operations[0];
}

template <class Action>
Action only_action(const std::string& text, std::size_t index = 0) {
  const Operation operation = read(text);
  const auto* table = operation.as<AlterTable>();
  REQUIRE(table != nullptr);
  REQUIRE(index < table->actions.size());
  const auto* action = table->actions[index].as<Action>();
  REQUIRE(action != nullptr);
  return *action;
}

std::string cut(const std::string& text, Span span) { return text.substr(span.begin, span.end - span.begin); }

}  // namespace

TEST_CASE("PostgreSQL 18: constraints", "[sql][newer]") {
  const std::string text =
      "ALTER TABLE t ADD COLUMN x int DEFAULT 1_000, ADD CONSTRAINT c NOT NULL \"A\" NOT VALID, DROP y";
  const auto added = only_action<alter::AddConstraint>(text, 1).constraint;
  CHECK(added.kind == Constraint::Kind::not_null);
  CHECK(added.name == "c");
  CHECK(added.columns == std::vector<std::string>{"A"});
  CHECK(added.not_valid);
  CHECK(cut(text, added.span) == "CONSTRAINT c NOT NULL \"A\" NOT VALID");
  CHECK(cut(text, read(text).as<AlterTable>()->actions[2].span) == "DROP y");
  CHECK(read(text).syntax_since == 18);

  const auto foreign_key =
      only_action<alter::AddConstraint>(
          "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a, PERIOD b) REFERENCES p (a, PERIOD b) NOT ENFORCED")
          .constraint;
  CHECK_FALSE(foreign_key.enforced);
  CHECK(foreign_key.without_overlaps);
  CHECK(foreign_key.referenced_columns == std::vector<std::string>{"a", "b"});
  CHECK(only_action<alter::AddConstraint>("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) ENFORCED").constraint.enforced);
  CHECK(only_action<alter::AddConstraint>("ALTER TABLE t ADD PRIMARY KEY (id, v WITHOUT OVERLAPS)")
            .constraint.without_overlaps);
  const auto altered = only_action<alter::AlterConstraint>("ALTER TABLE t ALTER CONSTRAINT c NO INHERIT");
  CHECK(altered.no_inherit == true);
  CHECK(only_action<alter::AlterConstraint>("ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED").enforced == false);
}

TEST_CASE("PostgreSQL 18: columns of CREATE TABLE", "[sql][newer]") {
  const std::string text =
      "CREATE TABLE t (a int CONSTRAINT n NOT NULL NO INHERIT, b int GENERATED ALWAYS AS (a * 2) NOT NULL,"
      " c text STORAGE external NOT NULL, CONSTRAINT m NOT NULL c, d int CHECK (d > 0) NOT ENFORCED)";
  const Operation operation = read(text);
  const auto* table = operation.as<CreateTable>();
  REQUIRE(table != nullptr);
  REQUIRE(table->columns.size() == 4);
  CHECK(table->columns[0].constraints[0].no_inherit);
  const Constraint& generated = table->columns[1].constraints.at(0);
  CHECK(generated.kind == Constraint::Kind::generated);
  CHECK_FALSE(generated.generated_stored);
  CHECK(generated.expression->text == "a * 2");
  CHECK(table->columns[1].constraints.at(1).kind == Constraint::Kind::not_null);
  CHECK(table->columns[2].storage == "external");
  CHECK(table->columns[2].constraints.at(0).kind == Constraint::Kind::not_null);
  CHECK_FALSE(table->columns[3].constraints.at(0).enforced);
  REQUIRE(table->constraints.size() == 1);
  CHECK(table->constraints[0].columns == std::vector<std::string>{"c"});
}

TEST_CASE("PostgreSQL 16 to 19: other statements", "[sql][newer]") {
  const std::string text = "ALTER TABLE t ALTER COLUMN c SET EXPRESSION AS (a * 2), SET ACCESS METHOD DEFAULT";
  CHECK(only_action<alter::SetExpression>(text).value.text == "a * 2");
  CHECK(only_action<alter::SetAccessMethod>(text, 1).name.empty());
  only_action<alter::SetStatistics>("ALTER TABLE t ALTER COLUMN c SET STATISTICS DEFAULT");
  CHECK(read("VACUUM ONLY t").as<Vacuum>()->only);
  CHECK(read("ANALYZE ONLY t").as<Vacuum>()->only);
  CHECK(read("REINDEX DATABASE").as<Reindex>()->name.name.empty());
  CHECK(read("CREATE STATISTICS ON a, b FROM t").as<CreateStatistics>()->name.name.empty());
  CHECK(read("MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING *")
            .as<Dml>()
            ->query->merge_deletes);
  CHECK(read("SELECT * FROM (SELECT 1 FROM x) WHERE true").as<Dml>() != nullptr);
  CHECK(read("SELECT 0x1F, 0o17, 0b101, 1_000.5").as<Dml>()->query->outputs[0].name == "31");
  CHECK(read("INSERT INTO t VALUES (1) RETURNING WITH (OLD AS o, NEW AS n) o.a").as<Dml>() != nullptr);
  const auto split = only_action<alter::SplitPartition>(
      "ALTER TABLE p SPLIT PARTITION p1 INTO (PARTITION a FOR VALUES FROM (1) TO (2), PARTITION s.b DEFAULT)");
  REQUIRE(split.into.size() == 2);
  CHECK(split.into[0].second.from.size() == 1);
  CHECK(split.into[1].second.is_default);
  CHECK(only_action<alter::MergePartitions>("ALTER TABLE p MERGE PARTITIONS (a, b) INTO c").partitions.size() == 2);
  CHECK(read("REPACK (CONCURRENTLY) s.t USING INDEX i").as<Repack>()->concurrently);
}

// What is left of an expression: its name and its arguments.
TEST_CASE("PostgreSQL 16 and 17: SQL/JSON", "[sql][newer]") {
  const auto output = [](const std::string& text) {
    return read("SELECT " + text + " FROM t").as<Dml>()->query->outputs[0];
  };
  const auto arguments = [&](const std::string& text) {
    const Expr expr = output(text);
    INFO(text);
    CHECK(expr.kind == Expr::Kind::call);
    return expr.arguments.size();
  };
  CHECK(output("JSON_OBJECT('a': 1, 'b' VALUE x NULL ON NULL RETURNING jsonb)").name == "json_object");
  CHECK(arguments("JSON_OBJECT('a': 1, 'b' VALUE x NULL ON NULL RETURNING jsonb)") == 4);
  CHECK(arguments("JSON_OBJECT(KEY 'a' VALUE JSON_ARRAY(1, 2 ABSENT ON NULL) FORMAT JSON ENCODING UTF8)") == 2);
  CHECK(arguments("JSON_ARRAY(1, 2, NULL ABSENT ON NULL RETURNING jsonb)") == 3);
  CHECK(arguments("JSON_ARRAYAGG(x ORDER BY y NULL ON NULL RETURNING jsonb)") >= 1);
  CHECK(arguments("JSON_OBJECTAGG(k: v WITH UNIQUE KEYS)") == 2);
  CHECK(arguments("JSON_EXISTS(d, '$.a ? (@ > $x)' PASSING y AS x ERROR ON ERROR)") == 3);
  CHECK(arguments("JSON_VALUE(d, '$.a' RETURNING int DEFAULT 0 ON EMPTY ERROR ON ERROR)") == 2);
  CHECK(arguments("JSON_QUERY(d, '$.a' WITH CONDITIONAL ARRAY WRAPPER KEEP QUOTES)") == 2);
  CHECK(arguments("JSON_SERIALIZE(d RETURNING bytea)") == 1);
  const auto selects = read("SELECT JSON_ARRAY(SELECT a FROM u ORDER BY a RETURNING jsonb)").as<Dml>()->query;
  REQUIRE(selects->outputs[0].arguments.size() == 1);
  CHECK(selects->outputs[0].arguments[0].query != nullptr);
  CHECK(
      read(
          "SELECT j.* FROM t, JSON_TABLE(d, '$[*]' AS root PASSING 3 AS n COLUMNS (id FOR ORDINALITY, a int PATH '$.a',"
          " NESTED PATH '$.x[*]' COLUMNS (y text))) AS j")
          .as<Dml>()
          ->query->from.size() == 1);
}

TEST_CASE("PostgreSQL 17: MERGE in WITH", "[sql][newer]") {
  const auto query = read(
                         "WITH m AS (MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE"
                         " WHEN NOT MATCHED BY TARGET THEN INSERT VALUES (1) RETURNING merge_action(), t.*)"
                         " INSERT INTO u SELECT a FROM m RETURNING a")
                         .as<Dml>()
                         ->query;
  REQUIRE(query->subqueries.size() >= 1);
  CHECK(query->subqueries[0]->kind == Query::Kind::merge);
  CHECK(query->subqueries[0]->merge_deletes);
  CHECK(query->subqueries[0]->merge_inserts);
  CHECK(query->outputs.size() == 1);
}

TEST_CASE("what is no SQL of any version stays unparsed", "[sql][newer]") {
  for (const char* text : {"ALTER TABLE t ADD CONSTRAINT c NOT NULL", "ALTER TABLE t NOT ENFORCED x",
                           "CREATE TABLE t (a int GENERATED ALWAYS AS (1) VIRTUAL VIRTUAL)",
                           "ALTER TABLE p MERGE PARTITIONS (a, b INTO c", "SELECT :x", "SELECT 0xZZ, 1 1"}) {
    INFO(text);
    const auto parsed = sql::parse(text);
    REQUIRE(parsed.statements.size() == 1);
    CHECK(parsed.statements[0].operations[0].as<Unparsed>() != nullptr);
  }
}

TEST_CASE("PostgreSQL 19: data", "[sql][newer]") {
  const auto insert =
      read("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO SELECT FOR UPDATE WHERE t.b > (1) RETURNING a");
  REQUIRE(insert.as<Dml>() != nullptr);
  CHECK(insert.as<Dml>()->query->kind == Query::Kind::insert);
  CHECK(insert.as<Dml>()->query->outputs.size() == 1);
  CHECK(insert.syntax_since == 19);
  for (const char* text : {"UPDATE s.t FOR PORTION OF v FROM '2020-01-01' TO (now()) SET a = 1 WHERE b = 2",
                           "UPDATE s.t FOR PORTION OF v (daterange('a', 'b')) AS x SET a = 1 WHERE b = 2"}) {
    const Operation update = read(text);
    REQUIRE(update.as<Dml>() != nullptr);
    CHECK(update.as<Dml>()->query->kind == Query::Kind::update);
    CHECK(update.as<Dml>()->query->target->name == QualifiedName{"s", "t"});
    REQUIRE(update.as<Dml>()->query->subqueries.size() == 1);
    CHECK(update.as<Dml>()->query->subqueries[0]->kind == Query::Kind::insert);
  }
  const Operation removal = read("DELETE FROM t FOR PORTION OF v FROM 'a' TO NULL WHERE id = 1");
  CHECK(removal.as<Dml>()->query->kind == Query::Kind::delete_);
  CHECK(removal.as<Dml>()->query->where);
}

TEST_CASE("PostgreSQL 19: elements of CREATE SCHEMA", "[sql][newer]") {
  const std::string text =
      "CREATE SCHEMA s AUTHORIZATION r CREATE TYPE e AS ENUM ('a') CREATE DOMAIN d AS e CREATE TABLE t (a d, \"b\" int "
      "CHECK (b > 0)) CREATE FUNCTION f(d) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END "
      "CREATE OPERATOR + (FUNCTION = f, LEFTARG = e) CREATE COLLATION c FROM \"C\" GRANT SELECT ON t TO r WITH GRANT "
      "OPTION CREATE TEXT SEARCH DICTIONARY x (TEMPLATE = simple)";
  const auto parsed = sql::parse(text);
  CHECK(parsed.problems.empty());
  REQUIRE(parsed.statements.size() == 1);
  const auto& operations = parsed.statements[0].operations;
  REQUIRE(operations.size() == 9);
  CHECK(operations[0].as<CreateSchema>()->name == "s");
  CHECK(operations[0].syntax_since == 19);
  CHECK(operations[1].as<CreateEnum>()->name == QualifiedName{"s", "e"});
  CHECK(operations[2].as<CreateDomain>()->type.name == QualifiedName{"s", "e"});
  const auto* table = operations[3].as<CreateTable>();
  CHECK(table->name == QualifiedName{"s", "t"});
  CHECK(table->columns[0].type.name == QualifiedName{"s", "d"});
  CHECK(cut(text, table->columns[1].span) == "\"b\" int CHECK (b > 0)");
  const auto* function = operations[4].as<CreateFunction>();
  CHECK(function->name == QualifiedName{"s", "f"});
  CHECK(function->parameters[0].type.name == QualifiedName{"s", "d"});
  CHECK(operations[7].as<Grant>());
  // What the grammar knows is read as before, what is no statement is not.
  CHECK(sql::parse("CREATE SCHEMA s CREATE TABLE t (a int)").statements[0].operations[0].syntax_since == 0);
  CHECK(sql::parse("CREATE SCHEMA s CREATE TYPE").statements[0].operations[0].as<Unparsed>());
}

TEST_CASE("PostgreSQL 19: graph queries", "[sql][newer]") {
  const auto query = read(
      "SELECT x.a FROM o, GRAPH_TABLE (s.\"g'\" MATCH (c IS k WHERE c.v = (1))-[e]->(p) COLUMNS (c.v AS a)) AS x (a) "
      "WHERE x.a > 1");
  CHECK(query.as<Dml>());
  CHECK(query.syntax_since == 19);
  CHECK(read("CREATE VIEW v AS SELECT * FROM GRAPH_TABLE (g MATCH (c) COLUMNS (c.v))").as<CreateView>());
}

TEST_CASE("PostgreSQL 17 and 19: utility statements", "[sql][newer]") {
  CHECK(read("CREATE PROPERTY GRAPH g VERTEX TABLES (t KEY (id) LABEL x PROPERTIES (v))").as<CreateObject>());
  CHECK(read("ALTER PROPERTY GRAPH g ADD VERTEX TABLES (p)").as<AlterObject>());
  CHECK(read("DROP PROPERTY GRAPH IF EXISTS s.g, h CASCADE").as<Drop>()->names.size() == 2);
  CHECK(read("WAIT FOR LSN '0/306EE20'").as<SessionCommand>());
  CHECK(read("WAIT FOR LSN '0/306EE20' WITH (MODE 'replay', timeout 100)").as<SessionCommand>());
  for (const char* text : {"WAIT FOR", "WAIT FOR LSN", "WAIT FOR LSN 1", "WAIT FOR x 'y'", "WAIT FOR LSN 'a' b"})
    CHECK(sql::parse(text).statements.at(0).operations.at(0).as<Unparsed>());
  CHECK(read("CHECKPOINT (MODE FAST, FLUSH_UNLOGGED)").as<SessionCommand>());
  CHECK(read("CLUSTER (VERBOSE)").as<Cluster>()->table.name.empty());
  const auto left_out = read("CREATE PUBLICATION p FOR ALL TABLES EXCEPT (TABLE a, b.c)");
  CHECK(left_out.as<CreatePublication>()->tables.size() == 2);
  CHECK(read("CREATE PUBLICATION p FOR ALL SEQUENCES").as<CreatePublication>()->tables.empty());
  CHECK(read("CREATE PUBLICATION p FOR ALL TABLES, ALL SEQUENCES").as<CreatePublication>()->all_tables);
  CHECK(read("CREATE PUBLICATION p FOR ALL SEQUENCES, ALL TABLES").as<CreatePublication>()->all_tables);
  CHECK(read("CREATE SUBSCRIPTION s SERVER fs PUBLICATION p").as<CreateObject>());
  CHECK(read("CREATE FOREIGN DATA WRAPPER w CONNECTION f").as<CreateObject>());
}
