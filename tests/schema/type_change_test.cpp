// What ALTER COLUMN TYPE and ADD COLUMN DEFAULT do, asked of a real server by the file numbers of table and index.
#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/schema/types.h"
#include "analyzer/schema/volatility.h"
#include "parsers/sql/parse.h"
#include "tests/schema/server.h"

namespace mlint {
namespace {

const std::string& context() {
  static const std::string sql =
      "CREATE EXTENSION IF NOT EXISTS citext; CREATE EXTENSION IF NOT EXISTS hstore;\n"
      "CREATE DOMAIN plain_text AS text; CREATE DOMAIN short_text AS varchar(20); CREATE DOMAIN checked AS int CHECK "
      "(VALUE > 0);\n"
      "CREATE DOMAIN plain_int AS int; CREATE DOMAIN over_checked AS checked; CREATE DOMAIN filled AS text NOT NULL;\n"
      "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE pair AS (x int, y text);\n"
      "CREATE FUNCTION left_volatile() RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
      "CREATE FUNCTION really_volatile() RETURNS float8 LANGUAGE sql AS 'SELECT random()';\n"
      "CREATE FUNCTION says_stable() RETURNS float8 LANGUAGE sql STABLE AS 'SELECT random()';\n"
      "CREATE FUNCTION procedural() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';\n"
      "CREATE FUNCTION procedural_stable() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN 1; END';\n"
      "CREATE FUNCTION calls_it() RETURNS float8 LANGUAGE sql AS 'SELECT really_volatile() + 1';\n"
      "CREATE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2';\n"
      "CREATE FUNCTION with_argument(i int) RETURNS int LANGUAGE sql AS 'SELECT i + 1';\n"
      "CREATE FUNCTION strict_one(i int) RETURNS int LANGUAGE sql STRICT AS 'SELECT coalesce(i, 1)';\n"
      "CREATE FUNCTION settled() RETURNS int LANGUAGE sql SET search_path = public AS 'SELECT 1';\n"
      "CREATE FUNCTION definer() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';\n"
      "CREATE SEQUENCE s;\n";
  return sql;
}

constexpr std::string_view probe = R"(
CREATE FUNCTION probe(a text, b text, u text) RETURNS text LANGUAGE plpgsql AS $f$
DECLARE t1 oid; t2 oid; i1 oid; i2 oid; indexed bool := true;
BEGIN
  EXECUTE 'DROP TABLE IF EXISTS probed';
  EXECUTE 'CREATE TABLE probed (c ' || a || ')';
  BEGIN EXECUTE 'CREATE INDEX probed_c ON probed (c)'; EXCEPTION WHEN others THEN indexed := false; END;
  SELECT relfilenode INTO t1 FROM pg_class WHERE relname = 'probed';
  SELECT relfilenode INTO i1 FROM pg_class WHERE relname = 'probed_c';
  EXECUTE 'ALTER TABLE probed ALTER COLUMN c TYPE ' || b || CASE WHEN u = '' THEN '' ELSE ' USING ' || u END;
  SELECT relfilenode INTO t2 FROM pg_class WHERE relname = 'probed';
  SELECT relfilenode INTO i2 FROM pg_class WHERE relname = 'probed_c';
  RETURN (t1 <> t2)::text || '|' || CASE WHEN indexed THEN (i1 <> i2)::text ELSE '' END;
EXCEPTION WHEN others THEN RETURN 'refused';
END $f$;
CREATE FUNCTION probe_default(d text) RETURNS text LANGUAGE plpgsql AS $f$
DECLARE t1 oid; t2 oid;
BEGIN
  EXECUTE 'DROP TABLE IF EXISTS probed';
  EXECUTE 'CREATE TABLE probed (a int)';
  SELECT relfilenode INTO t1 FROM pg_class WHERE relname = 'probed';
  EXECUTE 'ALTER TABLE probed ADD COLUMN c text DEFAULT (' || d || ')::text';
  SELECT relfilenode INTO t2 FROM pg_class WHERE relname = 'probed';
  RETURN (t1 <> t2)::text;
EXCEPTION WHEN others THEN RETURN 'refused ' || SQLERRM;
END $f$;
)";

std::string literal(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? "''" : std::string(1, c));
  return out + "'";
}

Schema replay(const std::string& text) {
  Schema schema;
  for (const sql::ParsedStatement& statement : sql::parse(text).statements)
    for (const Operation& operation : statement.operations) schema.apply(operation);
  return schema;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string_view word(Known known) { return known == Known::yes ? "true" : known == Known::no ? "false" : "unknown"; }

const std::vector<std::string> type_names{"int",
                                          "bigint",
                                          "smallint",
                                          "text",
                                          "varchar",
                                          "varchar(5)",
                                          "varchar(20)",
                                          "varchar(40)",
                                          "char",
                                          "char(5)",
                                          "char(20)",
                                          "bpchar",
                                          "name",
                                          "numeric",
                                          "numeric(10,2)",
                                          "numeric(12,2)",
                                          "numeric(12,4)",
                                          "numeric(8)",
                                          "real",
                                          "double precision",
                                          "date",
                                          "timestamp",
                                          "timestamp(3)",
                                          "timestamp(6)",
                                          "timestamp(0)",
                                          "timestamptz",
                                          "timestamptz(3)",
                                          "time",
                                          "time(3)",
                                          "timetz",
                                          "timetz(3)",
                                          "interval",
                                          "interval(3)",
                                          "interval(6)",
                                          "interval day to second",
                                          "interval day to second(3)",
                                          "interval year to month",
                                          "interval hour",
                                          "interval minute",
                                          "bit(3)",
                                          "bit(5)",
                                          "varbit",
                                          "varbit(3)",
                                          "varbit(5)",
                                          "boolean",
                                          "json",
                                          "jsonb",
                                          "xml",
                                          "uuid",
                                          "bytea",
                                          "inet",
                                          "cidr",
                                          "oid",
                                          "regclass",
                                          "money",
                                          "int[]",
                                          "bigint[]",
                                          "text[]",
                                          "varchar[]",
                                          "varchar(5)[]",
                                          "varchar(10)[]",
                                          "citext",
                                          "hstore",
                                          "plain_text",
                                          "short_text",
                                          "checked",
                                          "plain_int",
                                          "over_checked",
                                          "filled",
                                          "mood",
                                          "mood[]",
                                          "pair",
                                          "int4range",
                                          "int8range",
                                          "tsvector",
                                          "\"char\""};

const std::vector<std::string> defaults{"1",
                                        "'x'",
                                        "now()",
                                        "current_timestamp",
                                        "current_date",
                                        "localtime",
                                        "current_user",
                                        "session_user",
                                        "random()",
                                        "gen_random_uuid()",
                                        "clock_timestamp()",
                                        "timeofday()",
                                        "statement_timestamp()",
                                        "transaction_timestamp()",
                                        "nextval('s')",
                                        "txid_current()",
                                        "md5(random()::text)",
                                        "md5('x')",
                                        "now() + interval '1 day'",
                                        "current_date + 1",
                                        "'now'::timestamptz",
                                        "'now'::text::timestamptz",
                                        "to_timestamp(0)",
                                        "to_timestamp('2020', 'YYYY')",
                                        "date_trunc('day', now())",
                                        "extract(epoch from now())",
                                        "timezone('utc', now())",
                                        "now() at time zone 'utc'",
                                        "left_volatile()",
                                        "really_volatile()",
                                        "says_stable()",
                                        "procedural()",
                                        "procedural_stable()",
                                        "calls_it()",
                                        "two()",
                                        "with_argument(1)",
                                        "with_argument((random() * 5)::int)",
                                        "strict_one(1)",
                                        "settled()",
                                        "definer()",
                                        "coalesce(null, random())",
                                        "case when true then random() else 1 end",
                                        "array[random()]",
                                        "array[1, 2]",
                                        "upper('a') || lower('B')",
                                        "to_char(now(), 'YYYY')",
                                        "jsonb_build_object('a', 1)",
                                        "row_to_json(row(1, 2))",
                                        "'{}'::jsonb",
                                        "concat('a', now())",
                                        "format('%s', 1)",
                                        "pg_backend_pid()",
                                        "setseed(0.5)",
                                        "currval('s')",
                                        "inet_client_addr()",
                                        "version()",
                                        "pg_sleep(0)",
                                        "current_setting('TimeZone')",
                                        "set_config('a.b', 'c', false)",
                                        "age(now())",
                                        "make_interval(days => 1)",
                                        "make_date(2020, 1, 1)",
                                        "'a'::citext",
                                        "hstore('a', 'b')",
                                        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
                                        "1 + random()",
                                        "greatest(1, random())",
                                        "nullif(random(), 1)",
                                        "random() in (1, 2)",
                                        "random() between 0 and 1",
                                        "random() is null",
                                        "random() is distinct from 1",
                                        "'b'::mood",
                                        "cast('1' as checked)",
                                        "substring('abc' from 1 for 2)",
                                        "trim(' a ')",
                                        "position('a' in 'ba')",
                                        "overlay('abc' placing 'x' from 1)",
                                        "1::money",
                                        "'x' collate \"C\"",
                                        "encode('abc', 'hex')",
                                        "pg_is_in_recovery()",
                                        "lo_creat(-1)",
                                        "pg_advisory_lock(1)",
                                        "ceil(random() * 10)",
                                        "floor(5.5)",
                                        "substr(md5(random()::text), 1, 5)",
                                        "replace(gen_random_uuid()::text, '-', '')",
                                        "txid_current_snapshot()",
                                        "pg_current_xact_id()",
                                        "xmlcomment('a')",
                                        "current_schema()",
                                        "length('abc')",
                                        "generate_series(1, 2)"};

}  // namespace

TEST_CASE("type changes rewrite as on a server", "[schema][server]") {
  const std::optional<test::Server> server = test::Server::start();
  if (!server) {
    std::cout << "skipped: no PostgreSQL server on this machine, type changes are not measured\n";
    return;
  }
  const Schema schema = replay(context());
  std::string script = context() + std::string(probe);
  struct Question {
    std::string from, to, using_;
    bool utc;
  };
  std::vector<Question> questions;
  for (const bool utc : {true, false}) {
    script += utc ? "SET timezone = 'UTC';\n" : "SET timezone = 'Europe/Berlin';\n";
    for (const std::string& from : type_names)
      for (const std::string& to : type_names) {
        if (!utc && !from.starts_with("timestamp")) continue;
        for (const std::string& u : {std::string(), "c::" + to, "c::text::" + to}) {
          questions.push_back({from, to, u, utc});
          script += "SELECT '@' || probe(" + literal(from) + ", " + literal(to) + ", " + literal(u) + ");\n";
        }
      }
  }
  std::size_t asked = 0, wrong = 0, unsafe = 0, at = 0;
  std::string report;
  for (const std::string& line : lines_of(server->run(script))) {
    if (!line.starts_with("@") || at >= questions.size()) continue;
    const Question& q = questions[at++];
    if (line == "@refused") continue;
    ++asked;
    const std::size_t bar = line.find('|');
    const std::string rewritten = line.substr(1, bar - 1), rebuilt = line.substr(bar + 1);
    ColumnState before;
    before.name = "c";
    before.type = types::canonical(sql::parse_type(q.from), schema);
    const TypeName to = sql::parse_type(q.to);
    SharedExpr u;
    if (!q.using_.empty()) u = sql::parse_expression(q.using_);
    const Known rewrite = types::change_rewrites(before.type, to, u ? &*u : nullptr, "c", schema, q.utc);
    bool right = word(rewrite) == rewritten;
    std::string said(word(rewrite));
    if (right && rewrite == Known::no && !rebuilt.empty()) {
      const Known rebuild = types::change_rebuilds_index(before, to, {}, "btree", {}, schema);
      right = word(rebuild) == rebuilt;
      said += "|" + std::string(word(rebuild));
    }
    if (right) continue;
    ++wrong;
    if (said.find("false") != std::string::npos) ++unsafe;
    if (report.size() < 6000)
      report += q.from + " -> " + q.to + (q.using_.empty() ? "" : " using " + q.using_) + (q.utc ? "" : " (not UTC)") +
                ": server " + line.substr(1) + ", said " + said + "\n";
  }
  INFO(report);
  INFO(wrong << " of " << asked << " wrong, " << unsafe << " of them false");
  CHECK(asked > 1000);
  CHECK(wrong == 0);
}

TEST_CASE("defaults rewrite as on a server", "[schema][server]") {
  const std::optional<test::Server> server = test::Server::start();
  if (!server) {
    std::cout << "skipped: no PostgreSQL server on this machine, the volatility of defaults is not measured\n";
    return;
  }
  const Schema schema = replay(context());
  std::string script = context() + std::string(probe);
  for (const std::string& d : defaults) script += "SELECT '@' || probe_default(" + literal(d) + ");\n";
  std::size_t at = 0, asked = 0;
  std::string report;
  for (const std::string& line : lines_of(server->run(script))) {
    if (!line.starts_with("@") || at >= defaults.size()) continue;
    const std::string& expression = defaults[at++];
    if (line.starts_with("@refused")) continue;
    ++asked;
    const Volatility v = volatility_of(sql::parse_expression(expression), schema);
    const bool rewrites = v == Volatility::volatile_ || v == Volatility::unknown;
    if (rewrites != (line == "@true") || v == Volatility::unknown)
      report += expression + ": server " + line.substr(1) + ", said " + std::to_string(static_cast<int>(v)) + "\n";
  }
  INFO(report);
  CHECK(asked > 70);
  CHECK(report.empty());
}

}  // namespace mlint
