#include "parsers/sql/parse.h"

#include <catch2/catch.hpp>

using namespace mlint;

namespace {

template <class T>
const T& only(const sql::ParsedSql& parsed) {
  REQUIRE(parsed.statements.size() == 1);
  REQUIRE(parsed.statements[0].operations.size() == 1);
  INFO(kind_name(parsed.statements[0].operations[0]));
  for (const auto& problem : parsed.problems) INFO(problem.message);
  const T* operation = parsed.statements[0].operations[0].as<T>();
  REQUIRE(operation != nullptr);
  return *operation;
}

}  // namespace

TEST_CASE("alter table: actions, spans and texts", "[sql]") {
  const std::string text =
      "-- first\nALTER TABLE ONLY s.t ADD COLUMN IF NOT EXISTS a numeric(10, 2) DEFAULT 1 + 2 NOT NULL "
      "CONSTRAINT k CHECK (a > 0) REFERENCES r(id) DEFERRABLE INITIALLY DEFERRED, "
      "ALTER b TYPE bigint USING b::bigint, DROP c CASCADE;";
  const auto parsed = sql::parse(text);
  const auto& table = only<AlterTable>(parsed);
  CHECK(table.name == QualifiedName{"s", "t"});
  CHECK(table.only);
  REQUIRE(table.actions.size() == 3);
  const auto* add = table.actions[0].as<alter::AddColumn>();
  REQUIRE(add != nullptr);
  CHECK(add->if_not_exists);
  CHECK(add->column.type.name == QualifiedName{"pg_catalog", "numeric"});
  CHECK(add->column.type.modifiers == std::vector<std::int32_t>{10, 2});
  CHECK(add->column.type.text == "numeric(10, 2)");
  REQUIRE(add->column.constraints.size() == 4);
  CHECK(add->column.constraints[0].expression->text == "1 + 2");
  CHECK(add->column.constraints[2].name == "k");
  CHECK(add->column.constraints[2].expression->text == "a > 0");
  CHECK(add->column.constraints[3].initially_deferred);
  const auto* type = table.actions[1].as<alter::SetType>();
  REQUIRE(type != nullptr);
  CHECK(type->using_->text == "b::bigint");
  const Span span = table.actions[2].span;
  CHECK(text.substr(span.begin, span.end - span.begin) == "DROP c CASCADE");
  CHECK(parsed.comments.size() == 1);
}

TEST_CASE("one bad statement does not hide the others", "[sql]") {
  const std::string_view text = "SELECT 1; SELEC 2; SELECT (3; SELECT 'é', é FORM t x y; DROP TABLE a;";
  const auto parsed = sql::parse(text);
  REQUIRE(parsed.statements.size() == 5);
  CHECK(parsed.statements[1].operations[0].as<Unparsed>() != nullptr);
  CHECK(parsed.statements[2].operations[0].as<Unparsed>() != nullptr);
  CHECK(parsed.statements[4].operations[0].as<Drop>() != nullptr);
  REQUIRE(parsed.problems.size() == 3);
  const Span where = parsed.problems[2].span;
  CHECK(text.substr(where.begin, where.end - where.begin) == "t");
}

TEST_CASE("an unterminated string ends with its statement", "[sql]") {
  const auto parsed = sql::parse("SELECT 'a;\nDROP TABLE b;\nDROP TABLE c;\n");
  REQUIRE(parsed.statements.size() == 3);
  CHECK(parsed.statements[0].operations[0].as<Unparsed>() != nullptr);
  CHECK(parsed.statements[2].operations[0].as<Drop>() != nullptr);
}

TEST_CASE("fingerprints ignore spelling and see constants", "[sql]") {
  const auto print = [](std::string_view text) {
    return sql::parse(text).statements.at(0).operations.at(0).fingerprint;
  };
  CHECK(print("select a from t where b = 1") == print("SELECT  a\nFROM \"t\" -- x\nWHERE b=1;"));
  CHECK(print("select a from t where b = 1") != print("select a from t where b = 2"));
  CHECK(print("select a from t where b = 123456780") != print("select a from t where b = 123456781"));
  CHECK(print("alter sequence s restart 1234567890") != print("alter sequence s restart 1234567891"));
  CHECK(print("alter table t add c int") == print("ALTER TABLE t ADD COLUMN c integer"));
  CHECK(print("create table t (a int)") != print("create table t (b int)"));
}

TEST_CASE("types", "[sql]") {
  const auto same = [](std::string_view text) {
    const auto parsed = sql::parse("CREATE TABLE t (c " + std::string(text) + ")");
    const auto& table = only<CreateTable>(parsed);
    const TypeName fast = sql::parse_type(text);
    INFO(text << ": " << fast.name.schema << "." << fast.name.name);
    CHECK(fast == table.columns.at(0).type);
    CHECK(fast.text == table.columns.at(0).type.text);
  };
  for (const char* text : {"integer",
                           "int",
                           "bigint",
                           "smallint",
                           "boolean",
                           "double precision",
                           "real",
                           "numeric",
                           "numeric(10, 2)",
                           "decimal(5)",
                           "varchar(20)",
                           "varchar",
                           "character varying(3)",
                           "char",
                           "char(4)",
                           "timestamp with time zone",
                           "timestamp(3) with time zone",
                           "timestamp without time zone",
                           "time",
                           "time(2) with time zone",
                           "interval",
                           "interval(3)",
                           "interval day to second",
                           "text",
                           "uuid",
                           "jsonb",
                           "text[]",
                           "varchar(10)[][]",
                           "s.foo",
                           "geometry(POINT, 4326)",
                           "vector(3)",
                           "\"Odd\"",
                           "bit varying(3)",
                           "float",
                           "float(8)",
                           "serial",
                           "citext",
                           "int[3]",
                           "int array",
                           "timestamptz",
                           "name",
                           "float4",
                           "numeric(3,-2)"}) {
    same(text);
  }
  CHECK(sql::parse_type("int), (1").name.name.empty());
}

TEST_CASE("expressions", "[sql]") {
  const Expr expr = sql::parse_expression("lower(a) = 'x' AND b IS NOT NULL");
  CHECK(expr.kind == Expr::Kind::and_);
  REQUIRE(expr.arguments.size() == 2);
  CHECK(expr.arguments[0].arguments[0].kind == Expr::Kind::call);
  CHECK(expr.arguments[0].arguments[0].span == Span{0, 5});
  CHECK(expr.arguments[1].kind == Expr::Kind::is_not_null);
  CHECK(sql::parse_expression("1) + (2").name == "unparsed");
  CHECK(sql::parse_expression("").name == "unparsed");
}
