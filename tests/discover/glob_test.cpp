#include "analyzer/discover/glob.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using mlint::glob_excludes;
using mlint::glob_matches;

TEST_CASE("a glob is matched against the whole path", "[discover]") {
  struct Case {
    const char* pattern;
    const char* path;
    bool matches;
  };
  const Case cases[] = {
      {"a.py", "a.py", true},
      {"a.py", "xa.py", false},
      {"*.py", "a.py", true},
      {"*.py", "d/a.py", false},
      {"*", "", true},
      {"?", "/", false},
      {"a?c", "abc", true},
      {"**/a.py", "a.py", true},
      {"**/a.py", "x/y/a.py", true},
      {"**/a.py", "xa.py", false},
      {"x/**", "x/y/z", true},
      {"x/**", "x", false},
      {"x/**/z", "x/z", true},
      {"x/**/z", "x/y/y/z", true},
      {"x/**/z", "xz", false},
      {"x/**/z", "x/yz", false},
      {"apps/*/migrations/*.py", "apps/a/migrations/0001.py", true},
      {"apps/*/migrations/*.py", "apps/a/b/migrations/0001.py", false},
      {"[ab]c", "bc", true},
      {"[!ab]c", "bc", false},
      {"[!ab]c", "dc", true},
      {"[a-c]", "b", true},
      {"[]x]", "]", true},
      {"[a", "[a", true},
      {"a[/]b", "a/b", false},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"orders_*", "orders_order", true},
      {"*_log", "audit_log", true},
      {"", "", true},
      {"", "a", false},
  };
  for (const Case& it : cases) {
    CAPTURE(it.pattern, it.path);
    CHECK(glob_matches(it.pattern, it.path) == it.matches);
  }
}

TEST_CASE("many stars take bounded time", "[discover]") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK_FALSE(glob_matches(pattern + "b", std::string(5000, 'a')));
}

TEST_CASE("exclusion follows .gitignore's reading of a line", "[discover]") {
  struct Case {
    std::vector<std::string> patterns;
    const char* path;
    bool excluded;
  };
  const Case cases[] = {
      {{"legacy"}, "a/legacy/b.py", true},
      {{"legacy"}, "legacy", true},
      {{"legacy/"}, "legacy", false},
      {{"legacy/"}, "legacy/x.py", true},
      {{"/legacy"}, "a/legacy/b.py", false},
      {{"a/legacy"}, "a/legacy/b.py", true},
      {{"a/legacy"}, "x/a/legacy/b.py", false},
      {{"**/legacy"}, "x/a/legacy/b.py", true},
      {{"*.py"}, "x/y.py", true},
      {{"./a"}, "a/b", true},
      {{"a", "!a/keep.py"}, "a/keep.py", false},
      {{"a", "!a/keep.py"}, "a/other.py", true},
      {{""}, "a", false},
      {{"/"}, "a", false},
  };
  for (const Case& it : cases) {
    CAPTURE(it.patterns, it.path);
    CHECK(glob_excludes(it.patterns, it.path) == it.excluded);
  }
}
