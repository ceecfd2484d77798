#include "analyzer/lint/suppression.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rules/registry.h"

using mlint::parse_suppression;

TEST_CASE("a suppression names its rules and its reason", "[lint]") {
  const auto text = parse_suppression("# mlint: ignore[blocking-index-build, ML103] -- small table");
  REQUIRE(text);
  CHECK(text->problem.empty());
  CHECK(text->rules == std::vector<std::string>{"blocking-index-build", "ML103"});
  CHECK(text->reason == "small table");
  REQUIRE(parse_suppression("-- mlint: ignore[ML101]"));
  CHECK(parse_suppression("-- mlint: ignore[ML101]")->problem.empty());
}

TEST_CASE("what is malformed suppresses nothing and says so", "[lint]") {
  for (const char* comment : {"# mlint: ignore", "# mlint: ignore[]", "# mlint: ignore[x", "# mlint: ignroe[x]",
                              "# mlint: ignore[x] because"}) {
    INFO(comment);
    REQUIRE(parse_suppression(comment));
    CHECK_FALSE(parse_suppression(comment)->problem.empty());
  }
  CHECK_FALSE(parse_suppression("# noqa: E501"));
  CHECK_FALSE(parse_suppression("# see mlint: ignore[x] in the docs"));
}

TEST_CASE("a suppression covers what begins or ends on its line, or below it", "[lint]") {
  using namespace mlint;
  const std::string comment = "-- mlint: ignore[blocking-index-build]";
  const auto covered = [&](const std::string& text, Lines place, const char* rule = "blocking-index-build") {
    const SourceFile file("a.sql", text);
    const auto begin = static_cast<std::uint32_t>(text.find(comment));
    const std::vector<Span> comments = {{begin, begin + static_cast<std::uint32_t>(comment.size())}};
    const RuleNames names(rules::all());
    std::vector<InputProblem> problems;
    Suppressions suppressions;
    suppressions.read(file, FileId{0}, comments, names, problems);
    CHECK(problems.empty());
    return !suppressions.covering(*names.find(rule).front(), FileId{0}, std::vector<Lines>{place}).empty();
  };
  const std::string first = "CREATE INDEX i " + comment + "\n  ON t\n  (a);\n";
  const std::string middle = "CREATE INDEX i\n  ON t " + comment + "\n  (a);\n";
  const std::string last = "CREATE INDEX i\n  ON t\n  (a); " + comment + "\n";
  const std::string above = comment + "\nCREATE INDEX i\n  ON t (a);\n";
  CHECK(covered(first, {1, 3}));
  CHECK_FALSE(covered(middle, {1, 3}));
  CHECK(covered(last, {1, 3}));
  CHECK(covered(above, {2, 3}));
  CHECK_FALSE(covered(last, {4, 4}));
  CHECK_FALSE(covered(first, {1, 3}, "dropped-column"));
}
