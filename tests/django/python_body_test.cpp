#include "analyzer/django/python_body.h"

#include <catch2/catch.hpp>
#include <set>

#include "analyzer/django/read.h"

using namespace mlint;
using namespace mlint::django;

namespace {

Migration read(const std::string& functions, const std::string& operation) {
  const std::string source = "from django.db import migrations\n" + functions +
                             "\nclass Migration(migrations.Migration):\n    operations = [" + operation + "]\n";
  auto result = read_migration_text(source, FileId{0}, "shop/migrations/0002_x.py", "shop", {});
  REQUIRE(std::holds_alternative<Migration>(result));
  return std::move(std::get<Migration>(result));
}

// Of the calls of that name, what their chains begin with and whether a loop is around them.
std::set<std::pair<std::string, bool>> roots_of(const PythonBody& body, std::string_view name) {
  std::set<std::pair<std::string, bool>> roots;
  for (const PythonCall& call : body.calls)
    if (call.last() == name) roots.emplace(call.from.front(), call.loop != PythonCall::no_loop);
  return roots;
}

}  // namespace

TEST_CASE("a helper is read for each model that it is called with", "[python_body]") {
  const auto migration = read(
      "def fill(model):\n    model.objects.update(x=1)\n"
      "def run(apps, editor):\n    New = apps.get_model('shop', 'New')\n    Author = apps.get_model('shop', 'Author')\n"
      "    fill(New)\n    fill(Author)\n",
      "migrations.RunPython(run)");
  REQUIRE(migration.operations.at(0).python);
  CHECK(roots_of(*migration.operations[0].python, "update") ==
        std::set<std::pair<std::string, bool>>{{"New", false}, {"Author", false}});
}

TEST_CASE("a helper is read again in a loop, and what calls itself only so often", "[python_body]") {
  const auto migration = read(
      "def touch(row):\n    row.save()\n    touch(row.parent)\n"
      "def run(apps, editor):\n    Book = apps.get_model('shop', 'Book')\n    first = Book.objects.first()\n"
      "    touch(first)\n    for row in Book.objects.all():\n        touch(row)\n",
      "migrations.RunPython(run)");
  REQUIRE(migration.operations.at(0).python);
  CHECK(roots_of(*migration.operations[0].python, "save") ==
        std::set<std::pair<std::string, bool>>{{"Book", false}, {"row", true}});
}

TEST_CASE("a function that functools.partial calls is read, its bound arguments come first", "[python_body]") {
  const std::string fill =
      "from functools import partial\ndef fill(name, models, editor):\n    Book = models.get_model('shop', 'Book')\n"
      "    Book.objects.update(x=name)\n";
  const auto migration = read(fill, "migrations.RunPython(partial(fill, 'a'))");
  REQUIRE(migration.operations.at(0).python);
  const PythonBody& body = *migration.operations[0].python;
  CHECK(body.apps == "models");
  CHECK(body.schema_editor == "editor");
  CHECK(roots_of(body, "update") == std::set<std::pair<std::string, bool>>{{"Book", false}});
  const auto unknown = read(fill, "migrations.RunPython(fill('a'))");
  CHECK(!unknown.operations.at(0).python);
  CHECK(unknown.operations[0].unknown_reason == "which function it runs is not known");
}

TEST_CASE("SQL of a helper that is called twice is one statement of the text", "[python_body]") {
  const auto migration = read(
      "def build(editor, name):\n    editor.execute('CREATE INDEX i ON t (a)')\n"
      "def run(apps, editor):\n    A = apps.get_model('shop', 'A')\n    B = apps.get_model('shop', 'B')\n"
      "    build(editor, A)\n    build(editor, B)\n",
      "migrations.RunPython(run)");
  REQUIRE(migration.operations.at(0).python);
  CHECK(migration.operations[0].python->sql.size() == 1);
  CHECK(migration.operations[0].sql.size() == 1);
}
