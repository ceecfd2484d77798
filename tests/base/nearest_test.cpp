#include "analyzer/base/nearest.h"

#include <array>
#include <catch2/catch.hpp>

using namespace mlint;

TEST_CASE("a typo is told by few edits, a beginning by what goes on from it", "[base]") {
  const std::array<std::string_view, 4> names = {"blocking-index-build", "blocking-reindex", "blocking-index-drop",
                                                 "dropped-column"};
  CHECK(nearest("blocking-index", names) == "blocking-index-build");
  CHECK(nearest("blocking-reindx", names) == "blocking-reindex");
  CHECK(nearest("droped-colum", names) == "dropped-column");
  CHECK_FALSE(nearest("blo", names));
  CHECK_FALSE(nearest("something-else", names));
}
