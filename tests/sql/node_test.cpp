#include "parsers/sql/node.h"

#include <catch2/catch.hpp>
#include <string>

using namespace mlint;

namespace {

struct Tree {
  sql::Tree read;
  sql::Tree::Status status;

  explicit Tree(std::string json) : status(read_json(read, json.data(), json.data() + json.size())) {}
  sql::Node root() const { return read.root(); }
};

}  // namespace

TEST_CASE("a tree is read by name", "[sql]") {
  const Tree tree(
      R"({"stmts":[{"RangeVar":{"relname":"clients","inh":true,"location":12}},{},{"Integer":{"ival":-7}}]})");
  REQUIRE(tree.status == sql::Tree::Status::ok);
  const sql::Node list = tree.root()["stmts"];
  CHECK(list.size() == 3);
  auto item = list.begin();
  CHECK(((*item).tag() == "RangeVar"));
  CHECK((*item).tag_text() == "RangeVar");
  const sql::Node body = (*item).body();
  CHECK(body.text("relname") == "clients");
  CHECK((body.name("relname") == "clients"));
  CHECK(body.flag("inh"));
  CHECK(body.number("location") == 12);
  CHECK_FALSE(static_cast<bool>(body["schemaname"]));
  CHECK(body["schemaname"]["deeper"].text().empty());
  CHECK_FALSE(static_cast<bool>((*++item).tag()));
  CHECK((*++item).body().number("ival") == -7);
}

TEST_CASE("strings of a tree lose their escapes", "[sql]") {
  const Tree tree(
      R"({"a":"","longer_than_a_word":"seventeen letters","b":"say \"\\\u003c\u000b\n\t\" \u003e","c":"ü"})");
  REQUIRE(tree.status == sql::Tree::Status::ok);
  CHECK(static_cast<bool>(tree.root()["a"]));
  CHECK(tree.root().text("a").empty());
  CHECK(tree.root().text("longer_than_a_word") == "seventeen letters");
  CHECK(tree.root().text("b") == "say \"\\<\x0b\n\t\" >");
  CHECK(tree.root().text("c") == "ü");
}

TEST_CASE("what is no tree is broken wherever it ends", "[sql]") {
  const std::string whole = R"({"stmts":[{"A_Const":{"sval":{"sval":"it\\s \u003c"},"location":3}}],"n":1})";
  REQUIRE(Tree(whole).status == sql::Tree::Status::ok);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(Tree(whole.substr(0, size)).status == sql::Tree::Status::unreadable);
  }
  CHECK(Tree(whole + "]").status == sql::Tree::Status::unreadable);
  const std::string deep = std::string(5000, '[') + "1" + std::string(5000, ']');
  CHECK(Tree(deep).status == sql::Tree::Status::too_deep);
}

TEST_CASE("a tree's fingerprint leaves positions out and sees all else", "[sql]") {
  const auto of = [](const char* json) { return Tree(json).read.fingerprint(); };
  const auto base = of(R"({"s":{"name":"a","n":1,"location":3},"l":[]})");
  CHECK(base == of(R"({"s":{"name":"a","n":1,"location":345},"l":[]})"));
  CHECK(base == of(R"({"s":{"name":"a","n":1,"stmt_location":3},"l":[]})"));
  CHECK(base != of(R"({"s":{"name":"b","n":1,"location":3},"l":[]})"));
  CHECK(base != of(R"({"s":{"name":"a","n":2,"location":3},"l":[]})"));
  CHECK(base != of(R"({"s":{"name":"a","n":1,"location":3},"l":[[]]})"));
  CHECK(base != of(R"({"s":{"name":"a","location":3},"n":1,"l":[]})"));
}
