#include "analyzer/operation/dump.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "parsers/sql/parse.h"
#include "tests/source_directory.h"

using namespace mlint;

namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("operations of the fixtures", "[operation]") {
  const std::filesystem::path folder = std::filesystem::path(mlint::source_directory()) / "fixtures/parsers/sql";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".sql") continue;
    std::string dumped;
    for (const auto& statement : sql::parse(content(entry.path())).statements) {
      for (const auto& operation : statement.operations) dumped += dump_operation(operation);
    }
    std::filesystem::path golden = entry.path();
    golden.replace_extension(".ops");
    if (std::getenv("MLINT_UPDATE") != nullptr) std::ofstream(golden, std::ios::binary) << dumped;
    INFO(golden);
    CHECK(dumped == content(golden));
  }
}
