#include "analyzer/history/project_files.h"

#include <catch2/catch.hpp>

using namespace mlint;

namespace {

// What `T` of shop/consts.py is, where shop/base.py has T = 200.
std::string value_of_t(const std::string& consts) {
  const auto below = disk();
  const auto files = overlay(*below, {{"/nowhere/shop/__init__.py", ""},
                                      {"/nowhere/shop/base.py", "T = 200\n"},
                                      {"/nowhere/shop/more.py", "T = 300\n"},
                                      {"/nowhere/shop/empty.py", "U = 1\n"},
                                      {"/nowhere/shop/consts.py", consts}});
  Project project;
  project.root = "/nowhere";
  SourceTable sources;
  SharedFiles shared(*files, project, sources);
  const py::Value* value = shared.constant("shop.consts.T", "shop/migrations/0001_initial.py");
  const auto* number = value ? value->as<py::Integer>() : nullptr;
  return number ? number->digits : "unknown";
}

}  // namespace

TEST_CASE("a constant of a module with star imports: what it binds itself comes first", "[project_files]") {
  const std::string star = "from .base import *\n";
  CHECK(value_of_t(star) == "200");
  CHECK(value_of_t(star + "U = T * 2\nclass A:\n    size = T\n") == "200");
  CHECK(value_of_t(star + "T = 50\n") == "50");
  CHECK(value_of_t(star + "with x:\n    T = 50\n") == "50");
  CHECK(value_of_t(star + "if True:\n    T = 50\n") == "50");
  CHECK(value_of_t(star + "T, U = 50, 1\n") == "50");
  CHECK(value_of_t(star + "try:\n    T = 50\nexcept ImportError:\n    pass\n") == "50");
  CHECK(value_of_t(star + "if asked():\n    T = 50\n") == "unknown");
  CHECK(value_of_t(star + "while asked():\n    T, U = 50, 1\n") == "unknown");
  CHECK(value_of_t(star + "if (T := 50):\n    pass\n") == "unknown");
  CHECK(value_of_t(star + "def f():\n    global T\n    T = 50\nf()\n") == "unknown");
}

TEST_CASE("of several star imports and a binding the last counts", "[project_files]") {
  CHECK(value_of_t("from .base import *\nfrom .more import *\n") == "300");
  CHECK(value_of_t("from .base import *\nfrom .empty import *\n") == "200");
  CHECK(value_of_t("T = 50\nfrom .base import *\n") == "200");
  CHECK(value_of_t("from .more import *\nT = 50\nfrom .empty import *\n") == "50");
}
