#include "analyzer/history/compare.h"

#include <catch2/catch.hpp>

#include "tests/history/edited_project.h"

using namespace mlint;
using history::Change;
using history::Changes;

TEST_CASE("deleted, renamed, replaced and moved migrations", "[history]") {
  const ScratchRepository repository;
  for (const char* app : {"shop", "gone", "old"}) {
    repository.write(std::string(app) + "/models.py", "");
    repository.write(std::string(app) + "/migrations/__init__.py", "");
    repository.write(std::string(app) + "/migrations/0001_initial.py", migration(initial));
  }
  repository.write("shop/migrations/0002_more.py", second("migrations.RemoveField('order', 'note')"));
  repository.write("shop/migrations/0003_last.py", second("migrations.DeleteModel('order')"));
  repository.commit("base");

  SECTION("one was deleted, one renamed") {
    repository.remove("shop/migrations/0002_more.py");
    repository.git({"mv", "shop/migrations/0003_last.py", "shop/migrations/0003_final.py"});
    const Changes changes = compare(repository);
    REQUIRE(changes.changes.size() == 2);
    CHECK(changes.changes[0].kind == Change::Kind::deleted);
    CHECK(changes.changes[0].key == django::MigrationKey{"shop", "0002_more"});
    CHECK_FALSE(changes.changes[0].app_reset);
    CHECK(changes.changes[1].kind == Change::Kind::renamed);
    CHECK(changes.changes[1].renamed.name == "0003_final");
  }
  SECTION("a squash replaces what was deleted") {
    repository.remove("shop/migrations/0002_more.py");
    repository.write("shop/migrations/0002_squashed.py",
                     second("migrations.RemoveField('order', 'note')", "    replaces = [('shop', '0002_more')]\n"));
    for (const Change& change : compare(repository).changes) {
      if (change.kind != Change::Kind::added) CHECK(change.replaced);
    }
  }
  SECTION("an app's history begun anew is told once") {
    repository.remove("shop/migrations/0002_more.py");
    repository.remove("shop/migrations/0003_last.py");
    repository.write("shop/migrations/0001_initial.py", migration("    initial = True\n    operations = []\n"));
    for (const Change& change : compare(repository).changes) {
      CHECK(change.differences.empty());
      if (change.kind == Change::Kind::deleted) CHECK(change.app_reset);
    }
  }
  SECTION("an app that left, and one that moved with its label") {
    std::filesystem::remove_all(repository.root() + "/gone");
    repository.git({"rm", "-rq", "--cached", "gone"});
    std::filesystem::create_directories(repository.root() + "/apps");
    repository.git({"mv", "old", "apps/old"});
    const Changes changes = compare(repository);
    for (const Change& change : changes.changes) {
      CAPTURE(change.path);
      if (change.kind == Change::Kind::deleted) CHECK(change.app_gone);
      CHECK(change.kind != Change::Kind::renamed);
      CHECK(change.differences.empty());
    }
  }
  SECTION("a file that git does not know") {
    repository.write("shop/migrations/0004_new.py", second(""));
    const Changes changes = compare(repository);
    REQUIRE(changes.changes.size() == 1);
    CHECK(changes.changes[0].untracked);
    CHECK_FALSE(changes.changes[0].ignored);
  }
}

TEST_CASE("constants from elsewhere count as they were at the base", "[history]") {
  const ScratchRepository repository;
  const std::string note = second("migrations.AddField('order', 'code', models.CharField(max_length=settings.LENGTH))",
                                  "", "from django.conf import settings\n");
  repository.write("manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 's')\n");
  repository.write("s.py", "INSTALLED_APPS = ['shop']\nLENGTH = 3\n");
  repository.write("shop/migrations/__init__.py", "");
  repository.write("shop/migrations/0001_initial.py", migration(initial));
  repository.write("shop/migrations/0002_more.py", note);
  repository.commit("base");
  SECTION("the same value") {
    repository.write("shop/migrations/0002_more.py", note + "\n");
    REQUIRE(compare(repository).changes.size() == 1);
    CHECK(compare(repository).changes[0].differences.empty());
  }
  SECTION("another value") {
    repository.write("shop/migrations/0002_more.py", note + "\n");
    repository.write("s.py", "INSTALLED_APPS = ['shop']\nLENGTH = 10\n");
    REQUIRE(compare(repository).changes.size() == 1);
    CHECK(compare(repository).changes[0].differences.size() == 1);
  }
}
