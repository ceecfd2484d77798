#include "analyzer/base/text_map.h"

#include <catch2/catch.hpp>

#include "analyzer/base/source.h"

using namespace mlint;

TEST_CASE("a text map gives the source of every decoded byte") {
  // source: 'a\nb' 'c'   decoded: a, newline, b, c
  const FileId file{0};
  TextMap map;
  map.append(1, {file, {1, 2}}, true);
  map.append(1, {file, {2, 4}}, false);
  map.append(1, {file, {4, 5}}, true);
  map.append(1, {file, {8, 9}}, true);

  CHECK(map.decoded_length() == 4);
  CHECK(map.map({0, 1}).span == Span{1, 2});
  CHECK(map.map({1, 2}).span == Span{2, 4});
  CHECK(map.map({2, 4}).span == Span{4, 9});
  CHECK(map.map({4, 4}).span == Span{9, 9});
  CHECK(map.slice({2, 4}).map({0, 1}).span == Span{4, 5});

  TextMap inner;  // the decoded text without its first byte
  inner.append(3, {FileId::none, {1, 4}}, true);
  CHECK(map.compose(inner).map({0, 1}).span == Span{2, 4});
}

TEST_CASE("columns count code points, lines end at CR, LF and CRLF") {
  const SourceFile file("x", "é1\r\nb\rc\n");
  CHECK(file.line_count() == 4);
  CHECK(file.position(2) == Position{1, 2, 2});
  CHECK(file.position(5) == Position{2, 1, 5});
  CHECK(file.position(7) == Position{3, 1, 7});
  CHECK(file.line(1) == "é1");
  CHECK(file.position(99) == Position{4, 1, 9});
}
