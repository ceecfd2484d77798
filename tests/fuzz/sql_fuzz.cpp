#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "analyzer/operation/dump.h"
#include "parsers/sql/grammar.h"
#include "parsers/sql/parse.h"

// Of a statement that was parsed: its guards let it pass.
static void compare_trees(const std::string& statement) {
  mlint::sql::Tree tree, of_json;
  const auto result = run_grammar(statement.c_str(), statement.size(), tree);
  const auto expected = run_grammar_through_json(statement.c_str(), statement.size(), of_json);
  if (result.outcome != expected.outcome || result.message != expected.message || result.offset != expected.offset)
    std::abort();
  if (result.outcome == mlint::sql::GrammarResult::Outcome::read &&
      !same(tree.root()["stmts"], of_json.root()["stmts"]))
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const mlint::sql::ParsedSql parsed = mlint::sql::parse(text);
  for (const auto& statement : parsed.statements) {
    for (const auto& operation : statement.operations) mlint::dump_operation(operation);
    const std::size_t length = statement.span.end - statement.span.begin;
    if (parsed.problems.empty()) compare_trees(std::string(text.substr(statement.span.begin, length)));
  }
  mlint::sql::parse(text, {.placeholders = true});
  mlint::sql::parse_plpgsql(text);
  mlint::sql::parse_expression(text);
  mlint::sql::parse_type(text);
  return 0;
}
