#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "parsers/sql/parse.h"

using namespace mlint;

namespace {

std::string repeat(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

sql::ParsedSql timed(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  auto parsed = sql::parse(text);
  const auto took = std::chrono::steady_clock::now() - begin;
  // Generous: shared machines and sanitizers. Quadratic behaviour would take minutes.
  CHECK(std::chrono::duration<double>(took).count() < 20.0);
  return parsed;
}

// The last statement is read whatever stands before it.
void survives(const std::string& text) {
  const auto parsed = timed(text + ";\nDROP TABLE after_it;");
  REQUIRE_FALSE(parsed.statements.empty());
  CHECK(parsed.statements.back().operations.at(0).as<Drop>() != nullptr);
}

}  // namespace

TEST_CASE("hostile text ends in bounded time and hides nothing", "[sql][robust]") {
  constexpr std::size_t n = 100'000;
  survives("SELECT " + repeat("(", n) + "1" + repeat(")", n));
  survives("SELECT " + repeat("(", n));
  survives("SELECT 1" + repeat("+1", n));
  survives("SELECT 'a'" + repeat("||'a'", n));
  survives("SELECT " + repeat("- ", n) + "1");
  survives("SELECT " + repeat("+-", n) + "1");
  survives("SELECT 1" + repeat(" UNION SELECT 1", n / 4));
  survives("SELECT 1 FROM a" + repeat(" JOIN b ON true", n / 4));
  survives("SELECT 1" + repeat(" OR a = 1", n));
  survives("SELECT a IN (1" + repeat(", 1", n) + ")");
  survives(repeat("/*", n) + " x " + repeat("*/", n) + " SELECT 1");
  survives(repeat("/**/", n) + " SELECT 1");
  survives("SELECT a" + repeat("[1]", n));
  survives("SELECT " + repeat("NOT ", n) + "true");
  survives("SELECT " + repeat("CASE WHEN a THEN ", 10'000));
  survives("SELECT " + repeat("f(", n) + "1" + repeat(")", n));
  survives("SELECT a" + repeat("::int", n));
  survives(repeat("SELECT 1;", n / 4) + "SELECT 1");
  survives("CREATE TABLE t (a int" + repeat(", b int", n / 4) + ")");
  survives("ALTER TABLE t ADD a int" + repeat(", ADD b int NOT NULL DEFAULT 1", n / 4));
}

TEST_CASE("unterminated things are told and do not take time", "[sql][robust]") {
  constexpr std::size_t n = 20'000;
  timed(repeat("/*", 100'000));
  timed(repeat("'a;\n", n) + "'");
  std::string tags;
  for (std::size_t i = 0; i < n; ++i) tags += "$a" + std::to_string(i) + "$;\n";
  timed(tags);
  timed(repeat("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;\n", n));
  const auto parsed = sql::parse("SELECT \"a;\nSELECT 1;");
  REQUIRE(parsed.statements.size() == 2);
  CHECK(parsed.statements[0].operations[0].as<Unparsed>()->message == "unterminated quoted identifier");
}

TEST_CASE("bytes that are no text", "[sql][robust]") {
  const auto nul = sql::parse(std::string("SELECT 1;SELECT \0 2;DROP TABLE x;", 33));
  REQUIRE(nul.statements.size() == 3);
  CHECK(nul.statements[1].operations[0].as<Unparsed>()->message == "a NUL byte in a statement");
  const auto latin = sql::parse("SELECT 'a';SELECT '\xE9';DROP TABLE x;");
  REQUIRE(latin.statements.size() == 3);
  CHECK(latin.statements[1].operations[0].as<Unparsed>()->message == "not valid UTF-8");
  const auto marked = sql::parse("\xEF\xBB\xBFSELECT 1;\r\nDROP TABLE x;\r\n");
  REQUIRE(marked.statements.size() == 2);
  CHECK(marked.problems.empty());
  CHECK(marked.statements[0].span.begin == 3);
  CHECK(sql::parse("").statements.empty());
  CHECK(sql::parse(";;; -- nothing\n").statements.empty());
  const auto large = timed("SELECT '" + std::string(std::size_t{10} << 20, 'x') + "';DROP TABLE x");
  REQUIRE(large.statements.size() == 2);
  CHECK(large.statements[0].operations[0].as<Unparsed>()->message == "a statement of more than 1 MiB is not read");
}

TEST_CASE("what psql reads besides SQL", "[sql]") {
  const auto copied = sql::parse("COPY t (a) FROM stdin;\n1\t';\n\\.\nDROP TABLE x;\n");
  REQUIRE(copied.statements.size() == 2);
  CHECK(copied.statements[0].operations[0].as<Copy>() != nullptr);
  CHECK(copied.statements[1].operations[0].as<Drop>() != nullptr);
  const auto commands = sql::parse("\\set ON_ERROR_STOP on\n\\connect other\nSELECT 1;\n");
  REQUIRE(commands.statements.size() == 2);
  CHECK(commands.statements[0].operations[0].as<Opaque>() != nullptr);
  const auto variable = sql::parse("SELECT :name");
  CHECK(variable.problems.at(0).message.find("`:name`") != std::string::npos);
}

TEST_CASE("placeholders of a driver", "[sql]") {
  const std::string text = "UPDATE t SET a = %s WHERE b LIKE 'x%%' AND c %% 2 = %(name)s";
  const auto parsed = sql::parse(text, {.placeholders = true});
  CHECK(parsed.problems.empty());
  CHECK(parsed.statements.at(0).operations.at(0).as<Dml>() != nullptr);
  CHECK(parsed.statements.at(0).span.end == text.size());
}
