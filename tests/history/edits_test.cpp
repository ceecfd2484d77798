#include <algorithm>
#include <regex>

#include "tests/history/edited_project.h"

using namespace mlint;
using history::Change;
using history::Difference;
using Kind = history::Difference::Kind;

namespace {

// One edit of a migration that the base has, and what is said of it.
struct Edit {
  std::string before, after;
  std::optional<Kind> verdict;  // nothing: silent
  bool known = true;
};

std::string runs(const std::string& body, const std::string& more = "") {
  return second("migrations.RunPython(f)", "", more + "def f(apps, schema_editor):\n" + body);
}

std::string run_sql(const std::string& text) { return second("migrations.RunSQL('''" + text + "''')"); }

std::string adds(const std::string& field) { return second("migrations.AddField('order', 'x', " + field + ")"); }

std::string alters(const std::string& field) { return second("migrations.AlterField('order', 'note', " + field + ")"); }

// All edits in one repository, each in its own app: what is said of each.
std::vector<std::vector<Difference>> judged(const std::vector<Edit>& edits) {
  const ScratchRepository repository;
  const auto app = [](std::size_t i) { return "app" + std::to_string(i); };
  const auto text = [&](const std::string& source, std::size_t i) {
    return std::regex_replace(source, std::regex("shop"), app(i));
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    repository.write(app(i) + "/migrations/__init__.py", "");
    repository.write(app(i) + "/migrations/0001_initial.py", text(migration(initial), i));
    repository.write(app(i) + "/migrations/0002_more.py", text(edits[i].before, i));
  }
  repository.commit("base");
  for (std::size_t i = 0; i < edits.size(); ++i)
    repository.write(app(i) + "/migrations/0002_more.py", text(edits[i].after, i));
  std::vector<std::vector<Difference>> result(edits.size());
  for (const Change& change : compare(repository).changes) {
    CHECK(change.kind == Change::Kind::edited);
    result[static_cast<std::size_t>(std::stoi(change.key.app.substr(3)))] = change.differences;
  }
  return result;
}

void check(const std::vector<Edit>& edits) {
  const auto found = judged(edits);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    CAPTURE(edits[i].before, edits[i].after);
    if (!edits[i].verdict) {
      CHECK(found[i].empty());
      continue;
    }
    REQUIRE(found[i].size() == 1);
    CHECK(found[i][0].kind == *edits[i].verdict);
    CHECK(found[i][0].known == edits[i].known);
  }
}

const char* const imports = "import uuid\nfrom django.db.models import F\n";

}  // namespace

TEST_CASE("edits that ask nothing else of the database are silent", "[history]") {
  check({
      // formatting and comments
      {adds("models.IntegerField(null=True)"),
       second("\n        # a comment\n        migrations.AddField(\n            model_name=\"order\",\n"
              "            name=\"x\",\n            field=models.IntegerField(null=True),\n        ),\n    "),
       {}},
      {second(""), second("", "    \"\"\"Says what it does.\"\"\"\n    safe = True\n"), {}},
      {"# -*- coding: utf-8 -*-\nfrom __future__ import unicode_literals\n" + second(""), second(""), {}},
      // attributes without SQL
      {adds("models.IntegerField(null=True, help_text=b'old')"),
       second("migrations.AddField('Order', 'x', models.IntegerField(blank=True, null=True, choices=[(1, 'a')]))"),
       {}},
      {adds("models.ForeignKey('shop.Order', models.CASCADE, null=True)"),
       adds("models.ForeignKey(to='shop.order', on_delete=models.PROTECT, related_name='x', null=True, blank=True)"),
       {}},
      {adds("models.ForeignKey('shop.Order', null=True)"),
       adds("models.ForeignKey('shop.Order', null=True, on_delete=models.CASCADE)"),
       {}},
      {adds("models.FileField(null=True, upload_to='a')"), adds("models.FileField(null=True, upload_to='b')"), {}},
      {adds("models.CharField(max_length=9, null=True, validators=[])"),
       adds("models.CharField('X', max_length=9, null=True)"),
       {}},
      {second("migrations.AlterModelOptions('order', {'ordering': ['id']})"), second(""), {}},
      {second("migrations.AlterModelManagers('order', [])"), second(""), {}},
      // a way back where there was none
      {second("migrations.RunPython(f)", "", "def f(apps, schema_editor):\n    g(1)\n"),
       second("migrations.RunPython(f, migrations.RunPython.noop)", "", "def f(apps, schema_editor):\n    g(1)\n"),
       {}},
      // what Django renamed or moved
      {second("migrations.AddConstraint('order', models.CheckConstraint(check=models.Q(id__gt=0), name='c'))"),
       second("migrations.AddConstraint('order', models.CheckConstraint(condition=models.Q(id__gt=0), name='c'))"),
       {}},
      {adds("models.NullBooleanField()"), adds("models.BooleanField(null=True)"), {}},
      {second("migrations.AddField('order', 'x', JSONField(null=True))", "",
              "from django.contrib.postgres.fields import JSONField\n"),
       adds("models.JSONField(null=True)"),
       {}},
      {second("migrations.AlterUniqueTogether(name='order', unique_together=set([('id', 'note')]))"),
       second("migrations.AlterUniqueTogether(name='order', unique_together={('id', 'note')})"),
       {}},
      {second("migrations.AlterUniqueTogether('order', [['id', 'note']])"),
       second("migrations.AlterUniqueTogether('order', {('id', 'note')})"),
       {}},
      {adds("models.IntegerField(default=b'1')"), adds("models.IntegerField(default='1')"), {}},
      {second("", "    replaces = [(b'shop', b'0001_x')]\n"), second("", "    replaces = [('shop', '0001_x')]\n"), {}},
      // written otherwise, the same statements
      {alters("models.CharField(max_length=20)"), second(""), {}},
      {adds("models.CharField(max_length=10 + 10, null=True)"), adds("models.CharField(max_length=20, null=True)"), {}},
      {second("migrations.AddField('order', 'x', MoneyField(max_digits=12, decimal_places=2, currency='EUR'))", "",
              "from django_prices.models import MoneyField\n"),
       adds("models.DecimalField(max_digits=12, decimal_places=2)"),
       {}},
      {second("migrations.AddIndex('order', models.Index(fields=['note'], name='i'))"),
       second("migrations.AddIndex(model_name='order', index=models.Index(name='i', fields=('note',)))"),
       {}},
      // SQL as parsed
      {run_sql("ALTER TABLE shop_order ADD COLUMN y int"),
       run_sql("\n  alter table shop_order\n    add column y integer; -- words\n"),
       {}},
      {second("migrations.RunSQL(['SELECT 1', 'SELECT 2'])"), run_sql("SELECT 1; SELECT 2"), {}},
      {run_sql("DO $$ BEGIN PERFORM 1; END $$"), run_sql("DO $body$\nbegin\n  -- one\n  perform 1;\nend\n$body$"), {}},
      {run_sql("CREATE FUNCTION f() RETURNS trigger AS $$BEGIN RETURN NEW; END$$ LANGUAGE plpgsql"),
       run_sql("create function f() returns trigger language plpgsql as $$\nBEGIN\n  RETURN new;\nEND;$$"),
       Kind::statements},
      {run_sql("CREATE FUNCTION f() RETURNS trigger AS $$BEGIN RETURN NEW; END$$ LANGUAGE plpgsql"),
       run_sql("CREATE FUNCTION f() RETURNS trigger AS $$\nBEGIN\n  RETURN new;\nEND\n$$ LANGUAGE plpgsql"),
       {}},
  });
}

TEST_CASE("Python of a data migration that does the same is silent", "[history]") {
  check({
      {runs("    x = 'a'\n    g(x, 1)\n"),
       runs("    \"\"\"Says what it does.\"\"\"\n    x = \"a\"  # why\n    g(\n        x,\n        1,\n    )\n"),
       {}},
      {runs("    g('%s and %r' % (a, b), 'c')\n"), runs("    g(f'{a} and {b!r}', 'c')\n"), {}},
      {runs("    g('{} {:02} {x}'.format(a, b.c, x=1))\n"), runs("    g(f'{a} {b.c:02} {1}')\n"), {}},
      {runs("    g(f'a {b} ' f'c')\n"), runs("    g(f'a {b} c')\n"), {}},
      {runs("    g('%(u)s' % {'u': e.user})\n"), runs("    g(f'{e.user}')\n"), {}},
      {runs("    rows = M.objects.update(a=1)\n"), runs("    M.objects.update(a=1)\n"), {}},
      {runs("    x, made = M.get(1)\n    g(x)\n"),
       runs("    (\n        x,\n        _,\n    ) = M.get(1)\n    g(x)\n"),
       {}},
      {runs("    from a import b, c\n    b(c)\n"), runs("    from a import c\n    from a import b\n    b(c)\n"), {}},
      {runs("    h(F('a'))\n", "from a.b import h\nfrom django.db.models import F\n"),
       runs("    h(F('a'))\n", "from django.db.models import F\nfrom a.c.d import h\n"),
       {}},
      {runs("    for x in g():\n        yield x\n"), runs("    yield from g()\n"), {}},
      {runs("    g(Decimal('0'))\n", "from decimal import Decimal\n"),
       runs("    g(Decimal(0))\n", "from decimal import Decimal\n"),
       {}},
      {runs("    try:\n        g()\n    except:\n        pass\n"),
       runs("    try:\n        g()\n    except Exception:\n        pass\n"),
       {}},
      {runs("    M = apps.get_model('shop', 'ORder')\n    M.x()\n"),
       runs("    M = apps.get_model('shop.Order')\n    M.x()\n"),
       {}},
      {runs("    g(any([x.a for x in y]))\n"), runs("    g(any(x.a for x in y))\n"), {}},
      {runs("    g(dict((a, b) for a, b in y if a))\n"), runs("    g({a: b for (a, b) in y if a})\n"), {}},
      {runs("    g({a: b for a, b in y})\n"), runs("    g(dict(y))\n"), {}},
      {runs("    g(set([1]), dict(), u'x')\n"), runs("    g({1}, {}, 'x')\n"), {}},
      {runs("    if a:\n        return\n    g()\n"),
       runs("    if a:\n        return None\n    g()\n    return None\n"),
       {}},
      {runs("    g()\n    print('done', M.objects.count())\n"), runs("    logger.info('done')\n    g()\n"), {}},
      {second("migrations.RunPython(f)", "", "def f(apps, schema_editor):\n    g(1)\n"),
       second("migrations.RunPython(forwards)", "",
              "def forwards(registry: Apps, schema_editor: Any) -> None:\n    g(1)\n"),
       {}},
      {runs("    g(data=b'')\n"), runs("    g(data=b\"\")\n"), {}},
      {runs("    g(data=b'')\n"), runs("    g(data=b'x')\n"), Kind::code},
      {runs("    schema_editor.execute('UPDATE t SET a = 1  WHERE b')\n"),
       runs("    schema_editor.execute('''\n      UPDATE t SET a = 1\n      WHERE b''')\n"),
       Kind::code},  // blanks at the ends of the literal stay
      {runs("    k(1)\n",
            "class Old(object):\n    a = 1\n    def b(self):\n        super(Old, self).b()\n\ndef k(n):\n"
            "    Old().b()\n"),
       runs("    k(1)\n",
            "class Old:\n    a = 1\n\n    def b(self):\n        super().b()\n\n\ndef k(n):\n"
            "    Old().b()\n"),
       {}},
  });
}

TEST_CASE("edits that ask something else are told by what differs", "[history]") {
  check({
      // columns
      {adds("models.IntegerField(null=True)"), adds("models.BigIntegerField(null=True)"), Kind::statements},
      {adds("models.CharField(max_length=9, null=True)"), adds("models.CharField(max_length=8, null=True)"),
       Kind::statements},
      {adds("models.IntegerField(default=1)"), adds("models.IntegerField(default=2)"), Kind::statements},
      {adds("models.IntegerField(null=True)"), adds("models.IntegerField(default=0)"), Kind::statements},
      {adds("models.IntegerField(null=True)"), adds("models.IntegerField(null=True, db_index=True)"), Kind::statements},
      {adds("models.IntegerField(null=True)"), adds("models.IntegerField(null=True, unique=True)"), Kind::statements},
      {adds("models.IntegerField(null=True)"), adds("models.IntegerField(null=True, db_column='y')"), Kind::statements},
      {adds("models.IntegerField(null=True)"),
       second("migrations.AddField('order', 'y', models.IntegerField(null=True))"), Kind::statements},
      {adds("models.ForeignKey('shop.Order', models.CASCADE, null=True)"),
       adds("models.ForeignKey('shop.Order', models.CASCADE, null=True, db_constraint=False)"), Kind::statements},
      {adds("models.DecimalField(max_digits=9, decimal_places=2, null=True)"),
       adds("models.DecimalField(max_digits=9, decimal_places=3, null=True)"), Kind::statements},
      {alters("models.CharField(max_length=30)"), alters("models.TextField()"), Kind::statements},
      {alters("models.CharField(max_length=30)"), second(""), Kind::statements},
      // tables
      {second("migrations.CreateModel('B', fields=[('id', models.AutoField(primary_key=True))])"),
       second("migrations.CreateModel('B', fields=[('id', models.BigAutoField(primary_key=True))])"), Kind::statements},
      {second("migrations.CreateModel('B', fields=[('id', models.AutoField(primary_key=True))])"),
       second("migrations.CreateModel('B', fields=[('id', models.AutoField(primary_key=True))], "
              "options={'db_table': 'other'})"),
       Kind::statements},
      {second("migrations.AlterModelTable('order', 'a')"), second("migrations.AlterModelTable('order', 'b')"),
       Kind::statements},
      {second("migrations.RenameModel('Order', 'Sale')"), second("migrations.RenameModel('Order', 'Deal')"),
       Kind::statements},
      // operations added, dropped, in another order
      {second("migrations.RemoveField('order', 'note')"), second(""), Kind::statements},
      {second(""), second("migrations.RemoveField('order', 'note')"), Kind::statements},
      {second("migrations.RunSQL('SELECT 1'), migrations.RunSQL('SELECT 2')"),
       second("migrations.RunSQL('SELECT 2'), migrations.RunSQL('SELECT 1')"), Kind::statements},
      // indexes and constraints
      {second("migrations.AddIndex('order', models.Index(fields=['note'], name='i'))"),
       second("migrations.AddIndex('order', models.Index(fields=['note'], name='j'))"), Kind::statements},
      {second("migrations.AddIndex('order', models.Index(fields=['note', 'id'], name='i'))"),
       second("migrations.AddIndex('order', models.Index(fields=['id', 'note'], name='i'))"), Kind::statements},
      {second("migrations.AddConstraint('order', models.CheckConstraint(check=models.Q(id__gt=0), name='c'))"),
       second("migrations.AddConstraint('order', models.CheckConstraint(check=models.Q(id__gte=0), name='c'))"),
       Kind::statements},
      {second("migrations.AlterUniqueTogether('order', {('id', 'note')})"),
       second("migrations.AlterUniqueTogether('order', {('note', 'id')})"), Kind::statements},
      {second("migrations.AddIndex('order', models.Index(fields=['note'], name='i'))"),
       second("AddIndexConcurrently('order', models.Index(fields=['note'], name='i'))", "",
              "from django.contrib.postgres.operations import AddIndexConcurrently\n"),
       Kind::statements},
      // SQL
      {run_sql("UPDATE shop_order SET note = 1"), run_sql("UPDATE shop_order SET note = 2"), Kind::statements},
      {run_sql("UPDATE shop_order SET note = 'a'"), run_sql("UPDATE shop_order SET note = 'A'"), Kind::statements},
      {run_sql("UPDATE shop_order SET note = 'a  b'"), run_sql("UPDATE shop_order SET note = 'a b'"), Kind::statements},
      {run_sql("CREATE INDEX i ON shop_order (note)"), run_sql("CREATE INDEX i ON shop_order (note) WHERE id > 1"),
       Kind::statements},
      {run_sql("DO $$ BEGIN PERFORM 1; END $$"), run_sql("DO $$ BEGIN PERFORM 2; END $$"), Kind::statements},
      {run_sql("DO $$ BEGIN PERFORM 'a  b'; END $$"), run_sql("DO $$ BEGIN PERFORM 'a b'; END $$"), Kind::statements},
      {second("migrations.RunSQL('SELECT 1', reverse_sql='SELECT 2')"),
       second("migrations.RunSQL('SELECT 1', reverse_sql='SELECT 3')"), Kind::reverse_statements},
      {second("migrations.RunSQL('SELECT 1', reverse_sql='SELECT 2')"), run_sql("SELECT 1"), Kind::reverse_statements},
      {second("migrations.RunSQL([('SELECT %s', [1])])"), second("migrations.RunSQL([('SELECT %s', [2])])"),
       Kind::statements},
      {second("migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('SELECT 1')])"),
       second("migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('SELECT 2')])"),
       Kind::statements},
      // attributes of the migration
      {second(""), second("", "    atomic = False\n"), Kind::atomic},
      {second(""), second("", "    run_before = [('other', '0001_initial')]\n"), Kind::graph},
      {second(""),
       migration("    dependencies = [('shop', '0001_initial'), ('auth', '0001_initial')]\n    operations = []\n"),
       Kind::graph},
      {second("", "    replaces = [('shop', '0001_x')]\n"), second("", "    replaces = [('shop', '0001_y')]\n"),
       Kind::replaces},
      {second(""), second("", "    replaces = [('shop', '0001_x')]\n"), Kind::replaces},
      // what cannot be evaluated may differ
      {second("migrations.AddField('order', 'x', ThingField(size=1))", "", "from things import ThingField\n"),
       second("migrations.AddField('order', 'x', ThingField(size=2))", "", "from things import ThingField\n"),
       Kind::statements, false},
      // The model of a package that is not here may be the same under another name.
      {adds("models.ForeignKey('parts.Part', models.CASCADE, null=True)"),
       adds("models.ForeignKey('spares.Part', models.CASCADE, null=True)"), Kind::statements, false},
  });
}

TEST_CASE("Python of a data migration that does something else is told", "[history]") {
  check({
      {runs("    g(1)\n"), runs("    g(2)\n"), Kind::code},
      {runs("    g('a')\n"), runs("    g('b')\n"), Kind::code},
      {runs("    g('# a')\n"), runs("    g('# b')\n"), Kind::code},
      {runs("    g(b'# a')\n"), runs("    g(b'# b')\n"), Kind::code},
      {runs("    g('%s' % a)\n"), runs("    g(f'{b.a}')\n"), Kind::code},
      {runs("    g(f'{a:02}')\n"), runs("    g(f'{a:03}')\n"), Kind::code},
      {runs("    h()\n", "def h():\n    g(1)\n\n"), runs("    h()\n", "def h():\n    g(2)\n\n"), Kind::code},
      {runs("    g(NAMES)\n", "NAMES = ['a']\n"), runs("    g(NAMES)\n", "NAMES = ['a', 'b']\n"), Kind::code},
      {runs("    K().b()\n", "class K:\n    a = 1\n    def b(self):\n        g(self.a)\n"),
       runs("    K().b()\n", "class K:\n    a = 2\n    def b(self):\n        g(self.a)\n"), Kind::code},
      {runs("    try:\n        g()\n    except ValueError:\n        pass\n"),
       runs("    try:\n        g()\n    except TypeError:\n        pass\n"), Kind::code},
      {runs("    if a and b:\n        g()\n"), runs("    if a or b:\n        g()\n"), Kind::code},
      {runs("    if a:\n        g()\n    h()\n"), runs("    if a:\n        g()\n        h()\n"), Kind::code},
      {runs("    g((a + b) * c)\n"), runs("    g(a + b * c)\n"), Kind::code},
      {runs("    a = g()\n    b = h()\n    k(a, b)\n"), runs("    a = g()\n    b = h()\n    k(b, a)\n"), Kind::code},
      {runs("    return lambda x: x + 1\n"), runs("    return lambda x: x + 2\n"), Kind::code},
      {runs("    def inner():\n        g(1)\n    inner()\n"), runs("    def inner():\n        g(2)\n    inner()\n"),
       Kind::code},
      {runs("    print(M.objects.all().delete())\n"), runs("    pass\n"), Kind::code},
      {runs("    M.filter(a=1).update(b=F('c'))\n", imports), runs("    M.filter(a=1).update(b=F('d'))\n", imports),
       Kind::code},
      {second("migrations.RunPython(f)", "", "def f(apps, schema_editor):\n    g(1)\n"), second(""), Kind::code},
      {second("migrations.RunPython(f, f)", "", "def f(apps, schema_editor):\n    g(1)\n"),
       second("migrations.RunPython(f, migrations.RunPython.noop)", "", "def f(apps, schema_editor):\n    g(1)\n"),
       Kind::reverse_code},
      {second("migrations.RunPython(f, f)", "", "def f(apps, schema_editor):\n    g(1)\n"),
       second("migrations.RunPython(f)", "", "def f(apps, schema_editor):\n    g(1)\n"), Kind::reverse_code},
      // What runs forwards is told first, wherever it stands.
      {second("migrations.RunPython(f, f), migrations.RunPython(h)", "",
              "def f(apps, schema_editor):\n    g(1)\n\ndef h(apps, schema_editor):\n    g(2)\n"),
       second("migrations.RunPython(f, migrations.RunPython.noop), migrations.RunPython(h)", "",
              "def f(apps, schema_editor):\n    g(1)\n\ndef h(apps, schema_editor):\n    g(3)\n"),
       Kind::code},
      {second("migrations.RunPython(f), migrations.RemoveField('order', 'note')", "",
              "def f(apps, schema_editor):\n    g(1)\n"),
       second("migrations.RemoveField('order', 'note'), migrations.RunPython(f)", "",
              "def f(apps, schema_editor):\n    g(1)\n"),
       Kind::code},
      {second("migrations.SeparateDatabaseAndState(database_operations=[migrations.RunPython(f)])", "",
              "def f(apps, schema_editor):\n    g(1)\n"),
       second("migrations.SeparateDatabaseAndState(database_operations=[migrations.RunPython(f)])", "",
              "def f(apps, schema_editor):\n    g(2)\n"),
       Kind::code},
  });
}

TEST_CASE("both versions are lowered each in its own history", "[history]") {
  const ScratchRepository repository;
  repository.write("shop/migrations/__init__.py", "");
  repository.write("shop/migrations/0001_initial.py", migration(initial));
  repository.write("shop/migrations/0002_more.py",
                   second("migrations.AddField('order', 'x', models.IntegerField(null=True))"));
  const std::string later =
      "class Migration(migrations.Migration):\n    dependencies = [('shop', '0002_more')]\n"
      "    operations = [migrations.AlterField('order', 'x', ";
  repository.write("shop/migrations/0003_later.py", head + later + "models.IntegerField(null=True))]\n");
  repository.commit("base");
  repository.write("shop/migrations/0002_more.py",
                   second("migrations.AddField('order', 'x', models.BigIntegerField(null=True))"));
  repository.write("shop/migrations/0003_later.py", head + later + "models.BigIntegerField(null=True))]\n");
  for (const Change& change : compare(repository).changes)
    CHECK(change.differences.size() == (change.key.name == "0002_more" ? 1U : 0U));
}

TEST_CASE("the statements that differ are shown", "[history]") {
  const auto found = judged({
      {second("migrations.RemoveField('order', 'note'), migrations.RunSQL('SELECT 1')"), run_sql("SELECT 1"), {}},
      {adds("models.IntegerField(null=True)"), adds("models.BigIntegerField(null=True)"), {}},
  });
  REQUIRE(found[0].size() == 1);
  CHECK(found[0][0].before == "ALTER TABLE \"app0_order\" DROP COLUMN \"note\"");
  CHECK(found[0][0].after.empty());
  REQUIRE(found[1].size() == 1);
  CHECK(found[1][0].before == "ALTER TABLE \"app1_order\" ADD COLUMN \"x\" integer NULL");
  CHECK(found[1][0].after == "ALTER TABLE \"app1_order\" ADD COLUMN \"x\" bigint NULL");
}
