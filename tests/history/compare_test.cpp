#include "analyzer/history/compare.h"

#include <catch2/catch.hpp>

#include "analyzer/discover/path.h"
#include "analyzer/history/files_at_base.h"
#include "analyzer/history/project_files.h"
#include "tests/history/scratch_repository.h"

using namespace mlint;
using history::Change;
using history::Changes;
using Kind = history::Difference::Kind;

namespace {

constexpr const char* head = "from django.db import migrations, models\n";

std::string migration(const std::string& body, const std::string& before = "") {
  return head + before + "\n\nclass Migration(migrations.Migration):\n" + body;
}

// Reads the project in the work tree and compares it with HEAD.
Changes compare(const ScratchRepository& repository) {
  const auto files = disk();
  const auto workspace = discover(*files, {{repository.root()}, true, {}});
  REQUIRE(workspace);
  REQUIRE(workspace->projects.size() == 1);
  const Project& project = workspace->projects[0];
  history::ScopeRequest request;
  request.directory = repository.root();
  request.changed = "HEAD";
  const auto scope = history::choose_scope(request);
  REQUIRE(scope);
  const auto before = history::files_at_base(*files, *scope);
  SourceTable table;
  SharedFiles files_now(*files, project, table), files_before(*before, project, table);
  std::vector<SourceFile> sources;
  std::vector<django::Migration> migrations;
  sources.reserve(project.migration_files.size());
  for (const std::string& file : project.migration_files) {
    const auto text = files->read(path::join(project.root, file), max_file_size);
    REQUIRE(text);
    sources.emplace_back(file, *text);
    auto read = django::read_migration_text(sources.back().text(), static_cast<FileId>(sources.size() - 1), file,
                                            project.app_of(file)->label, files_now.as_project_files());
    REQUIRE(std::holds_alternative<django::Migration>(read));
    migrations.push_back(std::get<django::Migration>(std::move(read)));
  }
  const django::Graph graph = django::build_graph(migrations, {});
  const auto changes =
      history::compare_with_base({*scope, project, migrations, sources, files_before.as_project_files(), &graph, {}});
  REQUIRE(changes);
  return *changes;
}

const char* const initial =
    "    initial = True\n"
    "    operations = [migrations.CreateModel(name='Order', fields=[('id', models.AutoField(primary_key=True)), "
    "('note', models.CharField(max_length=20, verbose_name='Note'))], options={'ordering': ['id']})]\n";

// One migration after an initial one, edited: the kinds of difference that are found.
std::vector<Kind> edited(const std::string& before, const std::string& after) {
  const ScratchRepository repository;
  repository.write("shop/migrations/__init__.py", "");
  repository.write("shop/migrations/0001_initial.py", migration(initial));
  repository.write("shop/migrations/0002_more.py", before);
  repository.commit("base");
  repository.write("shop/migrations/0002_more.py", after);
  const Changes changes = compare(repository);
  REQUIRE(changes.changes.size() == 1);
  CHECK(changes.changes[0].kind == Change::Kind::edited);
  std::vector<Kind> kinds;
  for (const history::Difference& it : changes.changes[0].differences) kinds.push_back(it.kind);
  return kinds;
}

std::string second(const std::string& operation, const std::string& more = "", const std::string& before = "") {
  return migration("    dependencies = [('shop', '0001_initial')]\n" + more + "    operations = [" + operation + "]\n",
                   before);
}

}  // namespace

TEST_CASE("edits that ask nothing else of the database are silent", "[history]") {
  struct Case {
    std::string before, after;
  };
  const Case cases[] = {
      {second("migrations.AddField('order', 'x', models.IntegerField(null=True))"),
       second("\n        # a comment\n        migrations.AddField(\n            model_name=\"order\",\n"
              "            name=\"x\",\n            field=models.IntegerField(null=True),\n        ),\n    ")},
      {second("migrations.AddField('order', 'x', models.IntegerField(null=True, help_text=b'old'))"),
       second("migrations.AddField('Order', 'x', models.IntegerField(blank=True, null=True, choices=[(1, 'a')]))")},
      {second("migrations.RunSQL('ALTER TABLE shop_order ADD COLUMN y int')"),
       second("migrations.RunSQL('''\n  alter table shop_order\n    add column y integer; -- words\n''')")},
      {second("migrations.AddConstraint('order', models.CheckConstraint(check=models.Q(id__gt=0), name='c'))"),
       second("migrations.AddConstraint('order', models.CheckConstraint(condition=models.Q(id__gt=0), name='c'))")},
      {second("migrations.AddField('order', 'x', models.NullBooleanField())"),
       second("migrations.AddField('order', 'x', models.BooleanField(null=True))")},
      {second("migrations.AlterUniqueTogether(name='order', unique_together=set([('id', 'note')]))"),
       second("migrations.AlterUniqueTogether(name='order', unique_together={('id', 'note')})")},
      {second("migrations.AlterModelOptions('order', {'ordering': ['id']})"), second("")},
      {second("migrations.RunPython(f)", "", "def f(apps, schema_editor):\n    x = 'a'\n    g(x, 1)\n"),
       second(
           "migrations.RunPython(f)", "",
           "def f(apps, schema_editor):\n    \"\"\"Says what it does.\"\"\"\n    x = \"a\"  # why\n    g(\n        x,\n"
           "        1,\n    )\n")},
      // As written they differ, as SQL they do not.
      {second("migrations.AlterField('order', 'note', models.CharField(max_length=20))"), second("")},
  };
  for (const Case& it : cases) {
    CAPTURE(it.before, it.after);
    CHECK(edited(it.before, it.after).empty());
  }
}

TEST_CASE("edits that ask something else are told by what differs", "[history]") {
  struct Case {
    std::string before, after;
    Kind kind;
  };
  const Case cases[] = {
      {second("migrations.AddField('order', 'x', models.IntegerField(null=True))"),
       second("migrations.AddField('order', 'x', models.BigIntegerField(null=True))"), Kind::statements},
      {second("migrations.AddField('order', 'x', models.IntegerField(default=1))"),
       second("migrations.AddField('order', 'x', models.IntegerField(default=2))"), Kind::statements},
      {second("migrations.AddField('order', 'x', models.IntegerField(null=True))"),
       second("migrations.AddField('order', 'x', models.IntegerField(null=True, db_index=True))"), Kind::statements},
      {second("migrations.RunSQL('UPDATE shop_order SET note = 1')"),
       second("migrations.RunSQL('UPDATE shop_order SET note = 2')"), Kind::statements},
      {second("migrations.RunSQL('SELECT 1', reverse_sql='SELECT 2')"),
       second("migrations.RunSQL('SELECT 1', reverse_sql='SELECT 3')"), Kind::reverse_statements},
      {second(""), second("", "    atomic = False\n"), Kind::atomic},
      {second(""), second("", "    run_before = [('other', '0001_initial')]\n"), Kind::graph},
      {second("migrations.RunPython(f)", "", "def f(apps, schema_editor):\n    g(1)\n"),
       second("migrations.RunPython(f)", "", "def f(apps, schema_editor):\n    g(2)\n"), Kind::code},
      {second("migrations.RunPython(f)", "", "def h():\n    g(1)\n\ndef f(apps, schema_editor):\n    h()\n"),
       second("migrations.RunPython(f)", "", "def h():\n    g(2)\n\ndef f(apps, schema_editor):\n    h()\n"),
       Kind::code},
  };
  for (const Case& it : cases) {
    CAPTURE(it.before, it.after);
    CHECK(edited(it.before, it.after) == std::vector<Kind>{it.kind});
  }
}

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
