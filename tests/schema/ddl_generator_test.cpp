#include "tests/schema/ddl_generator.h"

#include <random>
#include <string_view>

namespace mlint::test {
namespace {

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::string statement() {
    switch (pick(34)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return create_table();
      case 4:
        return "CREATE TABLE " + table() + " (a int, b text, c date NOT NULL" +
               one({"", ", PRIMARY KEY (a, c)", ", UNIQUE (c, a)"}) + ") PARTITION BY RANGE (c)";
      case 5:
      case 6:
        return partition_of();
      case 7:
        return "CREATE TABLE " + table() + " (" + one({"", "x int", "b varchar(10)", "a int CHECK (a > 0)"}) +
               ") INHERITS (" + table() + ")";
      case 8:
        return "CREATE TABLE " + table() + " (LIKE " + table() + " INCLUDING " +
               one({"ALL", "DEFAULTS", "INDEXES", "CONSTRAINTS", "IDENTITY"}) + one({")", ", z int)"});
      case 9:
      case 10:
      case 11:
        return create_index();
      case 12:
        return "ALTER TABLE " + only() + table() + " RENAME COLUMN " + column() + " TO " + column();
      case 13:
        return "ALTER TABLE " + table() + " RENAME TO " + table();
      case 14:
        return "DROP TABLE " + one({"", "IF EXISTS "}) + table() + one({"", " CASCADE"});
      case 15:
        return "DROP INDEX " + one({"", "IF EXISTS "}) + index() + one({"", " CASCADE"});
      case 16:
        return "ALTER TABLE " + table() + " ATTACH PARTITION " + table() + bound();
      case 17:
        return "ALTER TABLE " + table() + " DETACH PARTITION " + table();
      case 18:
        return one({"CREATE SEQUENCE ", "DROP SEQUENCE "}) + one({"s1", "s2", "t0_a_seq", "t1_b_seq"});
      case 19:
        return "ALTER SEQUENCE " + one({"s1", "s2", "t0_a_seq"}) +
               one({" OWNED BY " + table() + "." + column(), " OWNED BY NONE", " RENAME TO s2"});
      case 20:
        return type_statement();
      case 21:
        return one({"CREATE VIEW v1 AS SELECT ", "CREATE OR REPLACE VIEW v1 AS SELECT ",
                    "CREATE MATERIALIZED VIEW m1 AS SELECT "}) +
               one({"*", "a, b", "a AS x, b FROM " + table() + " t, " + "(SELECT 1 AS one) s --"}) + " FROM " + table();
      case 22:
        return "ALTER INDEX " + index() + " RENAME TO " + index();
      case 23:
        return "ALTER TABLE " + table() + " RENAME CONSTRAINT " + constraint_name() + " TO " + constraint_name();
      case 24:
        return "ALTER TABLE " + table() + one({" INHERIT ", " NO INHERIT "}) + table();
      case 25:
        return one({"ALTER TABLE " + table() + " SET SCHEMA other",
                    "ALTER TABLE other." + plain_table() + " SET SCHEMA public"});
      case 26:
        return one(
            {"BEGIN", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "ROLLBACK TO SAVEPOINT a", "RELEASE SAVEPOINT a"});
      case 27:
        return "CREATE TRIGGER tr BEFORE UPDATE ON " + table() + " FOR EACH ROW EXECUTE FUNCTION touch()";
      default:
        return alter_table();
    }
  }

 private:
  std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  std::string one(const std::vector<std::string>& choices) {
    return choices[pick(static_cast<std::uint32_t>(choices.size()))];
  }

  std::string plain_table() {
    return one({"t0", "t1", "t2", "t3", "t0", "t1", "p0", "p1",
                "a_table_with_a_name_that_is_rather_long_for_an_identifier", "t0_a"});
  }
  std::string table() { return plain_table(); }
  std::string only() { return one({"", "", "", "", "ONLY "}); }
  std::string column() {
    return one({"a", "a", "a", "b", "b", "c", "d", "e", "a_column_whose_name_is_long_as_well_and_goes_on"});
  }
  std::string index() { return one({"i1", "i2", "t0_a_idx", "t1_b_idx", "t0_pkey", "t2_a_key", "t1_a_b_idx"}); }
  std::string constraint_name() {
    return one({"k1", "k2", "t0_pkey", "t0_a_check", "t1_a_fkey", "t1_a_key", "t2_check"});
  }
  std::string type() {
    return one({"int",    "bigint",    "text",    "varchar(20)", "numeric(10,2)", "timestamptz",  "date",
                "serial", "bigserial", "boolean", "char(3)",     "int[]",         "timestamp(3)", "jsonb",
                "mood",   "posint",    "pair",    "real",        "varchar(5)[]",  "interval",     "uuid"});
  }
  std::string check() {
    const std::string c = column();
    return one({c + " > 0", c + " IS NOT NULL", c + " <> " + column(), "length(" + c + "::text) > 1", "1 > 0"});
  }
  std::string columns() { return one({column(), column() + ", " + column(), "a", "a, c"}); }
  std::string name() {
    return one({"", "", "", "CONSTRAINT k1 ", "CONSTRAINT k2 ",
                "CONSTRAINT a_constraint_with_a_name_that_is_longer_than_sixty_three_bytes_in_all "});
  }
  std::string inline_constraint() {
    return one({"", "", "", " NOT NULL", " UNIQUE", " PRIMARY KEY", " CHECK (" + check() + ")",
                " REFERENCES " + table(), " DEFAULT NULL", " GENERATED ALWAYS AS IDENTITY",
                " GENERATED BY DEFAULT AS IDENTITY NOT NULL", " UNIQUE DEFERRABLE"});
  }
  std::string table_constraint() {
    return name() + one({"PRIMARY KEY (" + columns() + ")", "UNIQUE (" + columns() + ")",
                         "UNIQUE (" + column() + ") INCLUDE (" + column() + ")", "CHECK (" + check() + ")",
                         "CHECK (" + check() + " AND " + check() + ")", "CHECK (" + check() + ") NO INHERIT",
                         "FOREIGN KEY (" + column() + ") REFERENCES " + table(),
                         "FOREIGN KEY (a) REFERENCES " + table() + " (a) ON DELETE CASCADE",
                         "EXCLUDE USING btree (" + column() + " WITH =)",
                         "EXCLUDE (" + column() + " WITH =, lower(b::text) WITH =)"});
  }
  std::string create_table() {
    std::string sql = one({"CREATE TABLE ", "CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", "CREATE UNLOGGED TABLE "}) +
                      table() + " (a " + type() + inline_constraint();
    for (const char* c : {"b", "c", "d", "a_column_whose_name_is_long_as_well_and_goes_on"})
      if (pick(2) == 0) sql += std::string(", ") + c + " " + type() + inline_constraint();
    if (pick(3) == 0) sql += ", " + table_constraint();
    if (pick(5) == 0) sql += ", " + table_constraint();
    return sql + ")";
  }
  std::string bound() {
    return one({" DEFAULT", " FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
                " FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')", " FOR VALUES FROM ('2022-01-01') TO (MAXVALUE)"});
  }
  std::string partition_of() {
    return "CREATE TABLE " + table() + " PARTITION OF " + table() +
           one({"", "", " (b NOT NULL)", " (UNIQUE (b))", " (CHECK (a > 1))"}) + bound() +
           one({"", "", " PARTITION BY RANGE (a)"});
  }
  std::string element() {
    return one({column(), column(), column() + " DESC", "lower(" + column() + "::text)", "(a + 1)", "(b || 'x')",
                "coalesce(" + column() + ", " + column() + ")", "(a::text)",
                "(CASE WHEN a IS NULL THEN 1 ELSE 2 END)"});
  }
  std::string create_index() {
    return "CREATE " + one({"", "", "UNIQUE "}) + "INDEX " + one({"", "", "", "i1 ", "i2 ", "IF NOT EXISTS i1 "}) +
           "ON " + one({"", "", "", "ONLY "}) + table() + one({"", "", " USING hash", " USING btree"}) + " (" +
           element() + one({"", "", ", " + element()}) + ")" +
           one({"", "", " INCLUDE (" + column() + ")", " WHERE " + check()});
  }
  std::string type_statement() {
    return one({"CREATE TYPE mood AS ENUM ('sad', 'ok')", "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy'",
                "CREATE DOMAIN posint AS int CHECK (VALUE > 0)", "CREATE TYPE pair AS (x int, y text)",
                "ALTER TYPE pair ADD ATTRIBUTE z int", "DROP TYPE IF EXISTS mood CASCADE", "DROP DOMAIN posint CASCADE",
                "ALTER TYPE mood RENAME TO feeling", "ALTER TYPE feeling RENAME TO mood",
                "ALTER DOMAIN posint SET NOT NULL", "ALTER DOMAIN posint ADD CHECK (VALUE < 100)",
                "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'", "ALTER DOMAIN posint RENAME TO natural_number",
                "CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE DOMAIN posint AS varchar(12)"});
  }
  std::string action() {
    switch (pick(22)) {
      case 0:
      case 1:
      case 2:
        return "ADD COLUMN " + one({"", "IF NOT EXISTS "}) + column() + " " + type() + inline_constraint();
      case 3:
      case 4:
        return "DROP COLUMN " + one({"", "IF EXISTS "}) + column() + one({"", " CASCADE"});
      case 5:
      case 6:
        return "ALTER COLUMN " + column() + " TYPE " + one({"bigint", "text", "varchar(40)", "numeric(12,2)", "int"}) +
               one({"", " USING NULL"});
      case 7:
        return "ALTER COLUMN " + column() + " SET NOT NULL";
      case 8:
        return "ALTER COLUMN " + column() + " DROP NOT NULL";
      case 9:
        return "ALTER COLUMN " + column() + one({" SET DEFAULT NULL", " DROP DEFAULT", " SET DEFAULT '1'"});
      case 10:
        return "ALTER COLUMN " + column() + one({" ADD GENERATED ALWAYS AS IDENTITY", " DROP IDENTITY IF EXISTS"});
      case 11:
      case 12:
        return "DROP CONSTRAINT " + constraint_name() + one({"", " CASCADE"});
      case 13:
        return "VALIDATE CONSTRAINT " + constraint_name();
      case 14:
        return "ADD " + name() + "CHECK (" + check() + ") NOT VALID";
      case 15:
        return "ADD " + name() + "FOREIGN KEY (" + column() + ") REFERENCES " + table() + " NOT VALID";
      case 16:
        return "ADD " + name() + one({"UNIQUE", "PRIMARY KEY"}) + " USING INDEX " + index();
      default:
        return "ADD " + table_constraint();
    }
  }
  std::string alter_table() {
    std::string sql = "ALTER TABLE " + only() + table() + " " + action();
    while (pick(3) == 0) sql += ", " + action();
    return sql;
  }

  std::mt19937 random_;
};

}  // namespace

std::vector<std::string> generate_ddl(std::uint32_t seed, std::size_t statements) {
  Generator generator(seed);
  // Tables that the statements find.
  std::vector<std::string> script{
      "CREATE TABLE t0 (a int PRIMARY KEY, b text, c date, d int, a_column_whose_name_is_long_as_well_and_goes_on int)",
      "CREATE TABLE t1 (a int UNIQUE, b text, c date, d bigint REFERENCES t0, CHECK (d > a))",
      "CREATE TABLE t2 (a serial, b varchar(20), c date NOT NULL, d int)",
      "CREATE TABLE p0 (a int, b text, c date NOT NULL, d int) PARTITION BY RANGE (c)",
      "CREATE TABLE p1 PARTITION OF p0 DEFAULT",
      "CREATE TYPE mood AS ENUM ('sad', 'ok')",
      "CREATE DOMAIN posint AS int CHECK (VALUE > 0)",
      "CREATE TYPE pair AS (x int, y text)",
  };
  while (script.size() < statements) script.push_back(generator.statement());
  return script;
}

}  // namespace mlint::test
