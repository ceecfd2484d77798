#include "analyzer/lint/outranking.h"

#include <catch2/catch.hpp>

#include "rules/registry.h"

TEST_CASE("the table of who outranks whom names rules", "[lint]") {
  using namespace mlint;
  const auto is_rule = [](std::string_view name) {
    for (const Rule* rule : rules::all())
      if (rule->info.name == name) return true;
    return false;
  };
  for (const Outranking& row : outrankings()) {
    INFO(row.rule << " over " << row.other);
    CHECK(is_rule(row.rule));
    CHECK(is_rule(row.other));
    CHECK(row.rule != row.other);
  }
}
