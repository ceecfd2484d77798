#include "analyzer/history/applied.h"

#include <catch2/catch.hpp>

using namespace mlint;
using history::Listed;

TEST_CASE("showmigrations as a list", "[history]") {
  const auto read = history::read_showmigrations(
      "WARNING: something on the way\r\n"
      "\x1b[1madmin\x1b[0m\r\n"
      " [X] 0001_initial\r\n"
      " [ ] 0002_more\r\n"
      "\x1b[1mempty\x1b[0m\r\n"
      " (no migrations)\r\n"
      "shop\r\n"
      " [X] 0001_squashed_0003_c (3 squashed migrations)\r\n"
      " [-] 0004_squashed_0006_f (3 squashed migrations) run 'manage.py migrate' to finish recording.\r\n"
      " [X] 0007_x (applied at 2024-05-01 10:00:00)\r\n"
      " [ ] 0008.dotted\r\n");
  REQUIRE(read);
  CHECK_FALSE(read->plan);
  REQUIRE(read->listed.size() == 6);
  CHECK(read->listed[0].key == django::MigrationKey{"admin", "0001_initial"});
  CHECK(read->listed[0].line == 3);
  CHECK(read->listed[1].state == Listed::State::pending);
  CHECK(read->listed[2].key == django::MigrationKey{"shop", "0001_squashed_0003_c"});
  CHECK(read->listed[3].state == Listed::State::unrecorded);
  CHECK(read->listed[5].key.name == "0008.dotted");
  CHECK(read->apps_without == std::set<std::string>{"empty"});
  CHECK(read->applied() == std::set<django::MigrationKey>{{"admin", "0001_initial"},
                                                          {"shop", "0001_squashed_0003_c"},
                                                          {"shop", "0004_squashed_0006_f"},
                                                          {"shop", "0007_x"}});
}

TEST_CASE("showmigrations --plan", "[history]") {
  const auto read = history::read_showmigrations(
      "[X]  contenttypes.0001_initial\n"
      "[X]  auth.0001_initial ... (contenttypes.0001_initial)\n"
      "\x1b[32;1m[ ]\x1b[0m  shop.0002_more\n");
  REQUIRE(read);
  CHECK(read->plan);
  REQUIRE(read->listed.size() == 3);
  CHECK(read->listed[1].key == django::MigrationKey{"auth", "0001_initial"});
  CHECK(read->listed[2].key == django::MigrationKey{"shop", "0002_more"});
  CHECK(read->listed[2].state == Listed::State::pending);
}

TEST_CASE("what is no showmigrations output is refused", "[history]") {
  for (const char* text : {"", "Traceback (most recent call last):\n  File \"manage.py\"\n", "[X]\n[?] a.b\n"}) {
    CHECK_FALSE(history::read_showmigrations(text));
  }
}
