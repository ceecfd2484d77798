// Scripts run on a real server, and its catalogue compared with the replayed schema, line by line.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "parsers/sql/parse.h"
#include "tests/schema/catalog_lines.h"
#include "tests/schema/ddl_generator.h"
#include "tests/schema/server.h"
#include "tests/source_directory.h"

namespace mlint {
namespace {

constexpr std::string_view marker = "@@";

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> split_statements(const std::string& text) {
  std::vector<std::string> result;
  for (const sql::ParsedStatement& statement : sql::parse(text).statements)
    result.push_back(text.substr(statement.span.begin, statement.span.end - statement.span.begin));
  return result;
}

const std::string& clean_slate() {
  static const std::string script =
      "DROP SCHEMA IF EXISTS public CASCADE; DROP SCHEMA IF EXISTS other CASCADE; CREATE SCHEMA public; CREATE SCHEMA "
      "other;\n"
      "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;\n";
  return script;
}

struct Comparison {
  std::vector<std::string> missing, extra;  // of the replayed schema
  std::size_t succeeded = 0, statements = 0;
  std::string script;  // what the server accepted
};

std::string server_script(const std::vector<std::string>& statements, const std::string& catalog) {
  std::string script = clean_slate();
  for (const std::string& statement : statements)
    script += statement + "\n;\n\\echo " + std::string(marker) + " :ERROR\n";
  return script + "COMMIT;\nSELECT '@@catalog';\n" + catalog + "\nSELECT '@@end';\n";
}

Comparison compare(std::istream& answer, const std::vector<std::string>& statements) {
  Comparison result;
  std::vector<bool> accepted;
  std::vector<std::string> server;
  bool catalog = false;
  for (std::string line; std::getline(answer, line) && line != "@@end";) {
    if (line == "@@catalog") {
      catalog = true;
    } else if (catalog && !line.empty()) {
      server.push_back(line);
    } else if (line.starts_with(marker)) {
      accepted.push_back(line.find("false") != std::string::npos);
    }
  }
  Schema schema;
  result.statements = statements.size();
  for (std::size_t i = 0; i < statements.size() && i < accepted.size(); ++i) {
    if (!accepted[i]) continue;
    ++result.succeeded;
    result.script += statements[i] + ";\n";
    for (const sql::ParsedStatement& statement : sql::parse(statements[i]).statements)
      for (const Operation& operation : statement.operations) schema.apply(operation);
  }
  std::vector<std::string> mine = test::catalog_lines(schema);
  std::sort(server.begin(), server.end());
  std::set_difference(server.begin(), server.end(), mine.begin(), mine.end(), std::back_inserter(result.missing));
  std::set_difference(mine.begin(), mine.end(), server.begin(), server.end(), std::back_inserter(result.extra));
  return result;
}

std::string explain(const Comparison& comparison) {
  std::string text = comparison.script;
  for (const std::string& line : comparison.missing) text += "only on the server: " + line + "\n";
  for (const std::string& line : comparison.extra) text += "only replayed:      " + line + "\n";
  return text;
}

}  // namespace

TEST_CASE("the replayed schema is the server's catalogue", "[schema][server]") {
  const std::optional<test::Server> server = test::Server::start();
  if (!server) {
    std::cout << "skipped: no PostgreSQL server on this machine, the schema is not compared with its catalogue\n";
    return;
  }
  const std::string folder = mlint::source_directory() + "/tests/schema/";
  const std::string catalog = read(folder + "catalog.sql");
  std::vector<std::vector<std::string>> scripts;
  std::istringstream hand_written(read(folder + "scripts.sql"));
  std::string script;
  for (std::string line; std::getline(hand_written, line);) {
    if (line != "-- next") {
      script += line + "\n";
      continue;
    }
    scripts.push_back(split_statements(script));
    script.clear();
  }
  scripts.push_back(split_statements(script));
  const bool print_all = std::getenv("MLINT_SCHEMA_ALL") != nullptr;
  const char* wanted = std::getenv("MLINT_SCHEMA_SCRIPTS");
  const unsigned generated = wanted ? static_cast<unsigned>(std::atoi(wanted)) : 60U;
  for (unsigned seed = 1; seed <= generated; ++seed) scripts.push_back(test::generate_ddl(seed, 60));

  std::string all = "\\set ON_ERROR_ROLLBACK on\n";
  for (const auto& statements : scripts) all += server_script(statements, catalog);
  std::istringstream answer(server->run(all));
  std::size_t different = 0, statements = 0, succeeded = 0;
  std::string first;
  for (const auto& s : scripts) {
    const Comparison comparison = compare(answer, s);
    statements += comparison.statements;
    succeeded += comparison.succeeded;
    if (comparison.missing.empty() && comparison.extra.empty()) continue;
    ++different;
    const std::string text = explain(comparison);
    if (print_all) std::cout << text << "-----\n";
    if (first.empty() || text.size() < first.size()) first = text;
  }
  INFO(first);
  INFO(different << " of " << scripts.size() << " scripts differ; the server accepted " << succeeded << " of "
                 << statements << " statements");
  CHECK(succeeded > statements / 5);
  CHECK(different == 0);
}

}  // namespace mlint
