#include "analyzer/schema/names.h"

#include <catch2/catch.hpp>
#include <string>

using namespace mlint;

TEST_CASE("an identifier keeps its first 63 bytes and no part of a character", "[schema]") {
  const std::string longest(63, 'a');
  CHECK(names::truncate(longest) == longest);
  CHECK(names::truncate(longest + "b") == longest);
  // pg_mbcliplen: the character that would cross the limit is left out whole.
  const std::string accented = std::string(62, 'a') + "\xC3\xA9";
  CHECK(names::truncate(accented) == std::string(62, 'a'));
}
