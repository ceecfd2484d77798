#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "parsers/python/plain/tree.h"
#include "tests/python/same_tree.h"
#include "tests/source_directory.h"

// What is read without tree-sitter is the tree that tree-sitter gives.
using namespace mlint;
using namespace mlint::py;

namespace {

constexpr TreeOptions outer_bodies{true, false, 0, 1000};
constexpr TreeOptions no_bodies{};
constexpr TreeOptions every_body{false, true, 7, 1000};

// Whether it was plain at all.
bool agrees(const std::string& text) {
  bool plain = false;
  for (const TreeOptions& options : {outer_bodies, no_bodies, every_body}) {
    const auto tree = read_plain_tree(text, options);
    if (!tree) continue;
    plain = true;
    CHECK(shown(*tree) == shown(read_full_tree(text, options)));
  }
  return plain;
}

}  // namespace

TEST_CASE("plain Python gives tree-sitter's tree", "[python][plain]") {
  const auto text = GENERATE(
      "", "\n", "# only a comment", "x", "x = 1\n", "x = y = a, b\n", "a, *b = c\n", "(a, b), [c] = d\n",
      "x: int = 3\n", "x: a.b\n", "x += 1,2\n", "import a.b as c, d\n", "from . import a\n",
      "from ..a.b import (c as d, e,)\n", "from ... import *\n", "from __future__ import annotations\n", "print('x')\n",
      "x = type(match)\n", "x = [1, 2.5, .5, 1e3, 0x1f, 1_000, None, True, ...]\n", "x = a if b else c if d else e\n",
      "x = not a in b and c is not d or e not in f\n", "x = -a ** -b * c\n", "x = a | b & c ^ d << e + f\n",
      "x = a < b <= c != d\n", "x = [a for a, b in c if d if e for f in g]\n", "x = {a: b for a in c}\n",
      "x = {a for b in c}\n", "x = f(a for a in b)\n", "x = {**a, 'b': 1}\n", "x = {a, b}\n", "x = ()\n", "x = (a,)\n",
      "x = (a)\n", "f(a, *b, c=1, **d)\n", "f(*a.b(), **c[0])\n", "x = [*a, *(b, c)]\n", "x = a[1:2, ::3, :]\n",
      "x = a.b[c](d).e\n", "x = 'a' \"b\" r'\\\\' b'c' '''d\n'e'''\n", "x = f'a{b}c{{d}}{e!r:>3}'\n",
      "x = f'''{\na}'''\n", "x = lambda: 0\n", "x = lambda a, *b, c=1, **d: (a, b)\n", "del a, b\n", "assert a, 'b'\n",
      "raise\n", "raise A() from b\n", "if a: pass  # c\n", "if a: b; c;\nelif d:\n  e\nelse:\n  f\n",
      "for a, (b, c) in d, e:\n  break\nelse:\n  continue\n", "while a:\n\tb\n",
      "try:\n  a\nexcept A:\n  b\nexcept (B, C) as d:\n  e\nelse:\n  f\nfinally:\n  g\n",
      "with a as b, c() as d.e:\n  f\n",
      "@a\n@b.c(d)\nclass E(F, metaclass=G):\n  'doc'\n\n  def h(self, a: b, *, c: d = 1, **e) -> None:\n    return "
      "a\n",
      "def f(a, /, b, *c):\n  def g():\n    return lambda: 1\n  global x\n  return\n",
      "class A:\n  # first\n  x = 1  # same line\n  # inside\n# outside\n\n  # no longer inside\ny = 2\n# last",
      "def f():\n    if a:\n        b\n        # of b\n    # of f\n  # of nobody\n# of the module\nc\n",
      "x = [\n# c\n  1, # d\n]\n", "def f():\n  yield\n  yield a, b\n  x = yield from c\n", "match = type = 1\n",
      "if x := a.b:\n  c\n", "x = [*a.b, c, *d(), *e[0]]\n", "x = (*a.b,)\n", "x = {1, *a.b.c}\n",
      "f([*a.b, c], (*d(), 1))\n", "x = rf'a\\d{b}{{$'\n", "x = fR'''\n\\w{a}'''\n",
      "try:\n  a\nexcept A, b.C:\n  d\nexcept E, F as g:\n  h\n",
      "def f(a: A | B[c], b: None | C[d, [e]] | f.G['h' | None] = 1) -> A | B[C[d]]:\n  pass\n",
      "x: A | B[c] | D = 1\n",
      "def f(a: list[int], b: X | None, *c: dict[str, tuple[int, ...]], d: F[[], None] | None = e) -> a.b[c] | str:\n"
      "  x: Optional['X'] = None\n");
  CAPTURE(text);
  CHECK(agrees(text));
}

TEST_CASE("what is not plain is left to tree-sitter", "[python][plain]") {
  const auto text =
      GENERATE("x = (", "x = 1 +\n", "def f(:\n  pass\n", "x = y = 1 2\n", "f(x) = 1\n", "if a:\nb\n", "  x = 1\n",
               "if a:\n    b\n  c\n", "print 'a'\n", "exec 'a'\n", "x = `a`\n", "x = 0777L\n", "a = \\\n  b\n",
               "x = y,\n", "import a,\n", "from a import ()\n", "async def f():\n  await g()\n",
               "match a:\n  case 1:\n    pass\n", "type X = int\n", "x = 'a\nb'\n", "x = '\\N{BULLET}'\n",
               "x = f'{a'\n", "x = f'}'\n", "x = t'{a}'\n", "x = rf'a\\'{b}'\n", "x = rf'\\{a}'\n", "x = [*a.b]\n",
               "x = {*a.b}\n", "[*a.b, c] = d\n", "x = [*a[b], c] = d\n", "x: A[b] | B[c]\n",
               "try:\n  a\nexcept B as c, D:\n  e\n", "\xc3\xa9 = 1\n", "x = 1\r\n", "with (a as b, c as d):\n  e\n",
               "x = *(a)\n", "with a if b else c as d:\n  e\n", "def f() -> None: x\n", "x: list[int] | a | b\n",
               "class A:\n  @b\n# ends the block\n  def c(self): pass\n", "class A:\n    x = (a +\n b)\n");
  CAPTURE(text);
  CHECK_FALSE(agrees(text));
}

TEST_CASE("a NUL is left to tree-sitter", "[python][plain]") {
  CHECK_FALSE(agrees(std::string("x = 1  # a\0b\n", 13)));
}

TEST_CASE("what is nested too deep is left to tree-sitter", "[python][plain]") {
  const std::string many(500, '('), ends(500, ')');
  CHECK_FALSE(agrees("x = " + many + "1" + ends));
  std::string chain = "x = a";
  for (int i = 0; i < 1200; ++i) chain += ".b";
  CHECK_FALSE(agrees(chain + "\n"));
}

TEST_CASE("every fixture has one tree", "[python][plain]") {
  std::size_t files = 0, plain = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::filesystem::path(source_directory()) / "fixtures")) {
    if (entry.path().extension() != ".py") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    CAPTURE(entry.path().string());
    ++files;
    plain += agrees(text.str()) ? 1U : 0U;
  }
  CHECK(plain * 10 > files * 9);  // it is worth its while
}
