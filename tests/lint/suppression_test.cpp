#include "analyzer/lint/suppression.h"

#include <catch2/catch.hpp>

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
