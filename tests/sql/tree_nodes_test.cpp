#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "parsers/sql/grammar.h"
#include "parsers/sql/lexer.h"
#include "tests/source_directory.h"

using namespace mlint;

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void add_statements(std::vector<std::string>& all, const std::string& text) {
  const sql::Lexed lexed = sql::lex(text);
  for (const sql::RawStatement& raw : lexed.statements) {
    const std::uint32_t begin = lexed.tokens[raw.first].span.begin;
    all.push_back(lexed.text.substr(begin, lexed.tokens[raw.last - 1].span.end - begin));
  }
}

// Of all kinds: what the other tests read, and the cases of the oracle.
std::vector<std::string> many_statements() {
  const std::filesystem::path root = source_directory();
  std::vector<std::string> all;
  for (const char* folder : {"fixtures", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".sql") add_statements(all, read_file(entry.path()));
    }
  }
  std::istringstream cases(read_file(root / "tests/oracle/cases.jsonl"));
  for (std::string line; std::getline(cases, line);) {
    const std::string sql = nlohmann::json::parse(line)["sql"];
    add_statements(all, sql);
  }
  return all;
}

}  // namespace

TEST_CASE("the nodes in memory give the tree of the JSON", "[sql]") {
  const std::vector<std::string> statements = many_statements();
  REQUIRE(statements.size() > 2500);
  sql::Tree tree, of_json;
  for (const std::string& statement : statements) {
    INFO(statement);
    const auto result = run_grammar(statement.c_str(), statement.size(), tree);
    const auto expected = run_grammar_through_json(statement.c_str(), statement.size(), of_json);
    REQUIRE((result.outcome == expected.outcome));
    CHECK(result.message == expected.message);
    CHECK(result.offset == expected.offset);
    if (result.outcome == sql::GrammarResult::Outcome::read) CHECK(same(tree.root()["stmts"], of_json.root()["stmts"]));
  }
}
