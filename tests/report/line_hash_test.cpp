#include "analyzer/report/line_hash.h"

#include <catch2/catch.hpp>

using mlint::report::line_hashes;

// The vectors of code scanning's own upload action.
TEST_CASE("line hashes equal GitHub's", "[report]") {
  CHECK(line_hashes("") == std::vector<std::string>{"c129715d7a2bc9a3:1"});
  CHECK(line_hashes(" a\nb\n  \t\tc\n d") ==
        std::vector<std::string>{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"});
  CHECK(line_hashes("x\nx\n").size() == 3);
}
