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

TEST_CASE("plpgsql: branches that never run are left out", "[sql][plpgsql]") {
  CHECK(read("BEGIN IF false THEN DROP TABLE a; IF x THEN DROP TABLE b; ELSE EXECUTE 'DROP TABLE c'; END IF; "
             "PERFORM (SELECT 1); ELSE DROP TABLE d; END IF; DROP TABLE e; END") ==
        Texts{"drop_table@DROP TABLE d", "drop_table@DROP TABLE e"});
  CHECK(read("BEGIN IF NOT (false) THEN DROP TABLE a; ELSIF EXISTS (SELECT 1) THEN DROP TABLE b; ELSE DROP TABLE c; "
             "END IF; WHILE NULL LOOP DROP TABLE d; END LOOP; DROP TABLE e; END") ==
        Texts{"drop_table@DROP TABLE a", "drop_table@DROP TABLE e"});
  CHECK(read("BEGIN IF false THEN NULL; ELSIF EXISTS (SELECT 1 FROM e) THEN DROP TABLE a; ELSE DROP TABLE b; END IF; "
             "CASE x WHEN 1 THEN DROP TABLE c; ELSE DROP TABLE d; END CASE; END") ==
        Texts{"select@(SELECT 1 FROM e)", "drop_table@DROP TABLE a", "drop_table@DROP TABLE b",
              "drop_table@DROP TABLE c", "drop_table@DROP TABLE d"});
  CHECK(read("BEGIN IF false OR x THEN DROP TABLE a; END IF; IF nonsense(false) THEN DROP TABLE b; END IF; END") ==
        Texts{"drop_table@DROP TABLE a", "select@nonsense(false)", "drop_table@DROP TABLE b"});
}

TEST_CASE("plpgsql: what may run and what must", "[sql][plpgsql]") {
  std::string places;
  const auto parsed = sql::parse_plpgsql(
      "BEGIN DROP TABLE a; IF true THEN DROP TABLE b; END IF; IF x THEN DROP TABLE c; ELSE DROP TABLE d; END IF; "
      "FOR i IN 1..3 LOOP DROP TABLE e; END LOOP; BEGIN DROP TABLE f; EXCEPTION WHEN others THEN DROP TABLE g; "
      "BEGIN DROP TABLE h; END; END; DROP TABLE i; IF false THEN NULL; ELSE DROP TABLE j; END IF; END");
  for (const auto& statement : parsed.statements) {
    places += statement.operations.at(0).as<Drop>()->names.at(0).name;
    places += statement.handler ? 'h' : statement.certain() ? '!' : '?';
  }
  CHECK(places == "a!b!c?d?e?f?ghhhi!j!");
  const auto left = sql::parse_plpgsql("BEGIN DROP TABLE a; IF x THEN RETURN; END IF; DROP TABLE b; END");
  CHECK(left.statements.at(0).certain());
  CHECK_FALSE(left.statements.at(1).certain());
  const auto jumped = sql::parse_plpgsql(
      "BEGIN <<b>> BEGIN DROP TABLE a; EXIT b WHEN x; DROP TABLE b; END; DROP TABLE c; "
      "LOOP EXIT WHEN x; DROP TABLE d; END LOOP; END");
  CHECK(jumped.statements.at(0).certain());
  CHECK_FALSE(jumped.statements.at(1).certain());
  CHECK_FALSE(jumped.statements.at(2).certain());
  const auto loop = sql::parse_plpgsql("BEGIN LOOP EXIT WHEN x; DROP TABLE a; END LOOP; DROP TABLE b; END");
  CHECK_FALSE(loop.statements.at(0).certain());
  CHECK(loop.statements.at(1).certain());
}

TEST_CASE("plpgsql: the arms of a structure", "[sql][plpgsql]") {
  const auto parsed = sql::parse_plpgsql(
      "BEGIN IF x THEN DROP TABLE a; DROP TABLE b; ELSE DROP TABLE c; END IF; "
      "CASE y WHEN 1 THEN DROP TABLE d; WHEN 2 THEN DROP TABLE e; ELSE DROP TABLE f; END CASE; "
      "BEGIN DROP TABLE g; EXCEPTION WHEN others THEN DROP TABLE h; END; END");
  const auto within = [&](std::size_t i) { return parsed.statements.at(i).within; };
  for (std::size_t i = 0; i < 8; ++i) CHECK(within(i).size() == 1);
  CHECK(within(0) == within(1));
  for (const std::size_t one : {1U, 3U, 4U, 6U}) {
    const std::size_t other = one + 1;
    CHECK(within(one)[0].structure == within(other)[0].structure);
    CHECK(within(one)[0].number != within(other)[0].number);
  }
  CHECK(within(2)[0].structure != within(3)[0].structure);
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

TEST_CASE("plpgsql: what constants make of variables", "[sql][plpgsql]") {
  const auto tables = [](const std::string& body, const sql::Bindings& arguments = {}) {
    std::string names;
    for (const auto& statement : sql::parse_plpgsql(body, arguments).statements) {
      const auto* drop = statement.operations.at(0).as<Drop>();
      names += (drop ? drop->names.at(0).name : "?") + " ";
    }
    return names;
  };
  const std::string of_x = "EXECUTE format('DROP TABLE %I', x);";
  CHECK(tables("DECLARE x text := 'a'; BEGIN " + of_x + " END") == "a ");
  CHECK(tables("DECLARE x CONSTANT text DEFAULT 'a' || 'b'; BEGIN " + of_x + " END") == "ab ");
  CHECK(tables("DECLARE x text; BEGIN x := 'a'; " + of_x + " END") == "a ");
  CHECK(tables("BEGIN FOREACH x IN ARRAY ARRAY['a', 'b'] LOOP " + of_x + " END LOOP; END") == "a b ");
  CHECK(tables("DECLARE l text[] := '{a,b}'; BEGIN FOREACH x IN ARRAY l LOOP " + of_x + " END LOOP; END") == "a b ");
  CHECK(tables("BEGIN FOR i IN 1..2 LOOP EXECUTE 'DROP TABLE t' || i::text; END LOOP; END") == "t1 t2 ");
  CHECK(tables("BEGIN FOR x IN SELECT unnest(ARRAY['a', 'b']) LOOP EXECUTE 'DROP TABLE ' || x; END LOOP; END") ==
        "? a b ");
  CHECK(tables("BEGIN FOR r IN VALUES ('a'), ('b') LOOP EXECUTE 'DROP TABLE ' || r.column1; END LOOP; END") ==
        "? a b ");
  CHECK(tables("DECLARE q text; BEGIN FOREACH x IN ARRAY ARRAY['a', 'b'] LOOP q := 'DROP TABLE ' || x; EXECUTE q; "
               "END LOOP; END") == "a b ");
  CHECK(tables("BEGIN " + of_x + " END", {{"x", "a"}}) == "a ");
  CHECK(tables("BEGIN EXECUTE 'DROP TABLE ' || quote_ident($1); END", {{"$1", "a"}}) == "a ");
  // What may be written elsewhere is not known.
  CHECK(tables("DECLARE x text := 'a'; BEGIN IF y THEN x := 'b'; END IF; " + of_x + " END") == "? ");
  CHECK(tables("DECLARE x text := 'a'; BEGIN SELECT z INTO x FROM w; " + of_x + " END") == "? ? ");
  CHECK(tables("DECLARE x text := 'a'; BEGIN DECLARE x text := y; BEGIN " + of_x + " END; END") == "? ");
  CHECK(tables("BEGIN x := z; " + of_x + " END", {{"x", "a"}}) == "? ");
  CHECK(tables("BEGIN FOREACH x IN ARRAY ARRAY['a', z] LOOP " + of_x + " END LOOP; END") == "? ");
  CHECK(tables("BEGIN FOREACH x IN ARRAY ARRAY['a'] LOOP NULL; END LOOP; " + of_x + " END") == "? ");
}

TEST_CASE("plpgsql: what never runs behind a jump", "[sql][plpgsql]") {
  CHECK(read("BEGIN RETURN; DROP TABLE a; END").empty());
  CHECK(read("BEGIN IF x THEN RAISE EXCEPTION 'no'; DROP TABLE a; END IF; DROP TABLE b; END") ==
        Texts{"drop_table@DROP TABLE b"});
  CHECK(read("BEGIN LOOP EXIT; DROP TABLE a; END LOOP; DROP TABLE b; END") == Texts{"drop_table@DROP TABLE b"});
  CHECK(read("BEGIN LOOP EXIT WHEN x; DROP TABLE a; END LOOP; END") == Texts{"drop_table@DROP TABLE a"});
  CHECK(read("BEGIN RAISE NOTICE 'x'; DROP TABLE a; END") == Texts{"drop_table@DROP TABLE a"});
  CHECK(read("BEGIN RAISE EXCEPTION 'x'; EXCEPTION WHEN others THEN DROP TABLE a; END") ==
        Texts{"drop_table@DROP TABLE a"});
  CHECK(read("BEGIN CASE WHEN true THEN DROP TABLE a; ELSE DROP TABLE b; END CASE; END") ==
        Texts{"drop_table@DROP TABLE a"});
  CHECK(read("BEGIN CASE x WHEN true THEN DROP TABLE a; ELSE DROP TABLE b; END CASE; END") ==
        Texts{"drop_table@DROP TABLE a", "drop_table@DROP TABLE b"});
  CHECK(read("BEGIN IF true THEN RETURN; END IF; DROP TABLE a; END").empty());
  CHECK(read("BEGIN BEGIN RETURN; END; DROP TABLE a; END").empty());
  CHECK(read("BEGIN BEGIN RAISE EXCEPTION 'x'; EXCEPTION WHEN others THEN NULL; END; DROP TABLE a; END").size() == 1);
  CHECK(read("BEGIN LOOP IF true THEN EXIT; END IF; DROP TABLE a; END LOOP; DROP TABLE b; END") ==
        Texts{"drop_table@DROP TABLE b"});
  CHECK(read("BEGIN IF x THEN RETURN; END IF; DROP TABLE a; END").size() == 1);
  CHECK(read("BEGIN <<b>> BEGIN EXIT b WHEN x; RETURN; END; DROP TABLE a; END").size() == 1);
  CHECK(read("BEGIN WHILE x LOOP RETURN; END LOOP; DROP TABLE a; END").size() == 1);
  CHECK(read("BEGIN IF 1 = 0 THEN DROP TABLE a; END IF; END").empty());
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
