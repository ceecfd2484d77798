#include "analyzer/django/read.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "analyzer/django/project_class.h"

using namespace mlint;
using namespace mlint::django;

namespace {

using Files = std::map<std::string, std::string, std::less<>>;

// A project in memory: modules by dotted name, texts by path.
struct Memory {
  Files texts;
  std::map<std::string, py::Module, std::less<>> modules;

  explicit Memory(Files files) : texts(std::move(files)) {
    for (const auto& [path, text] : texts) {
      if (!path.ends_with(".py")) continue;
      auto dotted = path.substr(0, path.size() - 3);
      if (dotted.ends_with("/__init__")) dotted.resize(dotted.size() - 9);
      for (auto& c : dotted)
        if (c == '/') c = '.';
      modules.emplace(dotted, py::parse(text, {}));
    }
  }
  ProjectFiles files() const {
    ProjectFiles result;
    result.module = [this](std::string_view dotted, std::string_view) -> const py::Module* {
      const auto found = modules.find(dotted);
      return found == modules.end() ? nullptr : &found->second;
    };
    result.text = [this](std::string_view path, std::string_view) -> std::optional<std::pair<FileId, std::string>> {
      const auto found = texts.find(path);
      if (found == texts.end()) return std::nullopt;
      return std::pair{FileId{7}, found->second};
    };
    result.module_text = [text = result.text](std::string_view dotted, std::string_view from) {
      std::string path(dotted);
      std::replace(path.begin(), path.end(), '.', '/');
      auto found = text(path + ".py", from);
      return found ? found : text(path + "/__init__.py", from);
    };
    return result;
  }
};

const std::string head =
    "from django.db import migrations, models\nfrom django.conf import settings\n"
    "from django.contrib.postgres.operations import *\n";

Migration read(const std::string& source, const Memory& memory = Memory(Files{})) {
  const auto path = "shop/migrations/0002_x.py";
  auto result = read_migration_text(source, FileId{0}, path, "shop", memory.files());
  REQUIRE(std::holds_alternative<Migration>(result));
  return std::move(std::get<Migration>(result));
}

Migration with_operations(const std::string& operations, const Memory& memory = Memory(Files{}),
                          const std::string& before = "") {
  return read(head + before + "class Migration(migrations.Migration):\n    operations = [" + operations + "]\n",
              memory);
}

}  // namespace

TEST_CASE("attributes of a migration", "[read]") {
  const auto migration = read(head +
                              "class Migration(migrations.Migration):\n"
                              "    initial = True\n"
                              "    atomic = False\n"
                              "    dependencies = [('auth', '0001_initial'), ('a', '__first__'),\n"
                              "        migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n"
                              "    run_before = [('b', '0001')]\n"
                              "    replaces = [('shop', '0001')]\n");
  CHECK(migration.key == MigrationKey{"shop", "0002_x"});
  CHECK(migration.initial == true);
  CHECK_FALSE(migration.atomic);
  REQUIRE(migration.dependencies.size() == 3);
  CHECK(migration.dependencies[1].key == MigrationKey{"a", "__first__"});
  CHECK(migration.dependencies[2].swappable == "settings.AUTH_USER_MODEL");
  CHECK(migration.run_before.size() == 1);
  CHECK(migration.replaces == std::vector<MigrationKey>{{"shop", "0001"}});
}

TEST_CASE("dependencies by swapper", "[read]") {
  const auto migration = read(head +
                              "import swapper\nfrom swapper import dependency, get_model_name\n"
                              "class Migration(migrations.Migration):\n"
                              "    dependencies = [swapper.dependency('kvs', 'Thing'),\n"
                              "        dependency(app_label='kvs', model='Thing', version='0002_x'),\n"
                              "        migrations.swappable_dependency(get_model_name('kvs', 'Thing')),\n"
                              "        swapper.dependency('kvs', THING)]\n");
  REQUIRE(migration.dependencies.size() == 3);
  CHECK(migration.dependencies[0].swappable == "kvs.Thing");
  CHECK(migration.dependencies[0].key == MigrationKey{"kvs", "__first__"});
  CHECK(migration.dependencies[1].key == MigrationKey{"kvs", "0002_x"});
  CHECK(migration.dependencies[2].key == MigrationKey{"kvs", "__first__"});
}

TEST_CASE("positional and keyword arguments get Django's names", "[read]") {
  const auto migration = with_operations("migrations.RenameField('order', 'a', new_name='b'), RenamedLater('x')");
  REQUIRE(migration.operations.size() == 2);
  const auto& rename = migration.operations[0];
  CHECK(rename.known_as == "RenameField");
  CHECK(rename.text("model_name") == "order");
  CHECK(rename.text("old_name") == "a");
  CHECK(rename.text("new_name") == "b");
  CHECK(migration.operations[1].known_as.empty());
  CHECK_FALSE(migration.operations[1].unknown_reason.empty());
}

TEST_CASE("an argument that the operation does not have is kept apart", "[read]") {
  const auto migration =
      with_operations("migrations.AddIndex('order', models.Index(fields=['a'], name='i'), concurrently=True)");
  REQUIRE(migration.operations.size() == 1);
  REQUIRE(migration.operations[0].unknown_arguments.size() == 1);
  CHECK(migration.operations[0].unknown_arguments[0].name == "concurrently");
}

TEST_CASE("SQL in every form", "[read]") {
  const Memory memory(Files{{"shop/migrations/sql/up.sql", "DROP TABLE a;"}});
  const auto migration = with_operations(
      "migrations.RunSQL('SELECT 1; SELECT 2'),"
      "migrations.RunSQL(['SELECT 1', ('UPDATE t SET a = %s', [1])], migrations.RunSQL.noop),"
      "migrations.RunSQL((Path(__file__).parent / 'sql' / 'up.sql').read_text(), reverse_sql='SELECT 3'),"
      "migrations.RunSQL(open(os.path.join(os.path.dirname(__file__), 'sql', 'up.sql')).read()),"
      "migrations.RunSQL(make_sql())",
      memory, "import os\nfrom pathlib import Path\n");
  REQUIRE(migration.operations.size() == 5);
  const auto& operations = migration.operations;
  CHECK(operations[0].sql[0].parsed.statements.size() == 2);
  CHECK(operations[0].reversible == false);
  REQUIRE(operations[1].sql.size() == 2);
  CHECK(operations[1].sql[1].path == "sql[1]");
  CHECK(operations[1].sql[1].has_params);
  CHECK(operations[1].sql[1].parsed.problems.empty());
  CHECK(operations[1].reversible == true);
  CHECK(operations[1].reverse_sql.empty());
  REQUIRE(operations[2].sql.size() == 1);
  CHECK(operations[2].sql[0].text == "DROP TABLE a;");
  CHECK(operations[2].sql[0].map.map({0, 4}).file == FileId{7});
  CHECK(operations[2].reverse_sql.size() == 1);
  CHECK(operations[3].sql.size() == 1);
  CHECK(operations[4].sql_unread);
  CHECK_FALSE(operations[4].unknown_reason.empty());
}

TEST_CASE("nested operations", "[read]") {
  const auto migration = with_operations(
      "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('SELECT 1', "
      "state_operations=[migrations.DeleteModel('a')])], state_operations=STATE)",
      Memory(Files{}), "STATE = [migrations.RemoveField('a', 'b')]\n");
  const auto& operation = migration.operations[0];
  REQUIRE(operation.database_operations.size() == 1);
  CHECK(operation.database_operations[0].state_operations[0].known_as == "DeleteModel");
  REQUIRE(operation.state_operations.size() == 1);
  CHECK(operation.state_operations[0].text("name") == "b");
}

TEST_CASE("subclasses and helpers of the project", "[read]") {
  const Memory memory(Files{
      {"core/operations.py",
       "from django.db import migrations\n"
       "from core.more import Inner\n"
       "SQL = 'DROP TABLE x'\n"
       "class DropField(migrations.RemoveField):\n    def database_forwards(self, *args):\n        pass\n"
       "    def database_backwards(self, *args):\n        pass\n"
       "class Named(migrations.RunSQL):\n    def __init__(self, table):\n"
       "        super().__init__(f'DROP TABLE {table}', migrations.RunSQL.noop)\n"
       "class Own(migrations.operations.base.Operation):\n    pass\n"
       "def drop(table):\n    sql = 'DROP TABLE ' + table\n    return migrations.RunSQL(sql)\n"},
      {"core/more.py", "from django.db import migrations\nclass Inner(migrations.DeleteModel):\n    pass\n"},
  });
  const auto migration =
      with_operations("DropField('a', 'b'), Named('t'), Own(), drop('u'), migrations.RunSQL(SQL), Inner('m')", memory,
                      "from core.operations import DropField, Named, Own, drop, SQL, Inner\n");
  REQUIRE(migration.operations.size() == 6);
  // What is left of it is the state.
  CHECK(migration.operations[0].type == "DropField");
  REQUIRE(migration.operations[0].known_as == "SeparateDatabaseAndState");
  REQUIRE(migration.operations[0].state_operations.size() == 1);
  CHECK(migration.operations[0].state_operations[0].known_as == "RemoveField");
  CHECK(migration.operations[0].state_operations[0].text("name") == "b");
  CHECK(migration.operations[1].known_as == "RunSQL");
  REQUIRE(migration.operations[1].sql.size() == 1);
  CHECK(migration.operations[1].sql[0].text == "DROP TABLE t");
  CHECK(migration.operations[1].reversible == true);
  CHECK(migration.operations[2].known_as.empty());
  REQUIRE(migration.operations[3].sql.size() == 1);
  CHECK(migration.operations[3].sql[0].text == "DROP TABLE u");
  REQUIRE(migration.operations[4].sql.size() == 1);
  CHECK(migration.operations[4].sql[0].text == "DROP TABLE x");
  CHECK(migration.operations[5].known_as == "DeleteModel");
}

TEST_CASE("the list of operations in other shapes", "[read]") {
  const auto joined = read(head +
                           "BASE = [migrations.DeleteModel('a')]\n"
                           "class Migration(migrations.Migration):\n"
                           "    operations = BASE + [migrations.DeleteModel(n) for n in ('b', 'c')]\n"
                           "    operations.append(migrations.DeleteModel('d'))\n");
  REQUIRE(joined.operations.size() == 4);
  CHECK(joined.operations_known);
  CHECK(joined.operations[2].text("name") == "c");
  const auto unknown = read(head + "class Migration(migrations.Migration):\n    operations = [*make()] + more()\n");
  CHECK_FALSE(unknown.operations_known);
  CHECK_FALSE(unknown.operations_reason.empty());
  const auto conditional = read(head +
                                "class Migration(migrations.Migration):\n"
                                "    if settings.BIG:\n        operations = [migrations.DeleteModel('a')]\n");
  CHECK_FALSE(conditional.operations_known);
  CHECK(conditional.operations.size() == 1);
}

// The class that a migration's field comes down to.
std::string base_of(const std::string& dotted, const Files& files) {
  const Memory memory(files);
  const auto migration = with_operations("migrations.AddField('a', 'b', " + dotted + "())", memory,
                                         "import " + dotted.substr(0, dotted.rfind('.')) + "\n");
  const auto* known = find_project_class(&migration.names, dotted);
  return known != nullptr ? known->base : "";
}

TEST_CASE("operations that the class does not list itself", "[read]") {
  const Memory memory({{"shop/base.py", head + "class Base(migrations.Migration):\n    atomic = False\n"
                                               "    operations = [migrations.RunSQL('DROP TABLE a')]\n"}});
  const std::string whole = "    operations = [migrations.RunSQL('DROP TABLE a')]\n";
  const auto inherited = read(head + "from shop.base import Base\nclass Migration(Base):\n    pass\n", memory);
  CHECK(inherited.operations_known);
  REQUIRE(inherited.operations.size() == 1);
  CHECK(inherited.operations[0].sql.size() == 1);
  CHECK_FALSE(inherited.atomic);
  const auto mixed = read(head + "class Mix:\n" + whole + "class Migration(Mix, migrations.Migration):\n    pass\n");
  CHECK(mixed.operations.size() == 1);
  const auto behind = read(head + "class Mix:\n" + whole + "class Migration(migrations.Migration, Mix):\n    pass\n");
  CHECK(behind.operations.empty());
  CHECK(behind.operations_known);
  CHECK(read(head + "from package import Base\nclass Migration(Base):\n" + whole).operations_known);
  CHECK(read(head + "class Migration(migrations.Migration):\n    def helper(self):\n        pass\n").operations_known);
  for (const char* source :
       {"from package import Base\nclass Migration(Base):\n    pass\n", "class Migration(make()):\n    pass\n",
        "class Migration(migrations.Migration):\n    pass\nOld = Migration\nclass Migration(Old):\n    pass\n",
        "class Migration(migrations.Migration, metaclass=Made):\n    operations = []\n",
        "class Migration(migrations.Migration):\n    operations = []\nMigration = changed(Migration)\n",
        "class Migration(migrations.Migration):\n    operations = []\n    def __init__(self, *args):\n        pass\n",
        "class Migration(migrations.Migration):\n    operations = []\n    def apply(self, *args):\n        pass\n",
        "class Migration(migrations.Migration):\n    @property\n    def operations(self):\n        return []\n"}) {
    INFO(source);
    CHECK_FALSE(read(head + source).operations_known);
  }
  const auto made = read_migration_text("Migration = make()\n", FileId{0}, "shop/migrations/0002_x.py", "shop", {});
  CHECK(std::holds_alternative<Unreadable>(made));
}

TEST_CASE("what Python runs is read where it stands, or said not to be known", "[read]") {
  const std::string drop = "(apps, editor):\n    editor.execute('DROP TABLE a')\n";
  const Memory memory({{"shop/steps.py", head + "def run" + drop},
                       {"shop/own.py", head + "class Own(migrations.RunSQL):\n"
                                              "    def database_forwards(self, *args):\n        run()\n"
                                              "class OneWay(migrations.RunSQL):\n"
                                              "    def database_forwards(self, *args):\n        pass\n"
                                              "class Kept(migrations.RunSQL):\n"
                                              "    def database_forwards(self, *args):\n"
                                              "        super().database_forwards(*args)\n"}});
  const auto first = [&](const std::string& before, const std::string& operation) {
    const auto path = "shop/migrations/0002_x.py";
    const auto source =
        head + before + "class Migration(migrations.Migration):\n    operations = [" + operation + "]\n";
    auto result = read_migration_text(source, FileId{0}, path, "shop", memory.files());
    return std::move(std::get<Migration>(result).operations.at(0));
  };
  CHECK(first("from shop.steps import run\n", "migrations.RunPython(run)").sql.size() == 1);
  CHECK(first("from shop import steps\n", "migrations.RunPython(steps.run)").sql.size() == 1);
  CHECK(first("from functools import partial\ndef run" + drop, "migrations.RunPython(partial(run, a=1))").sql.size() ==
        1);
  const std::string held = "class Steps:\n    @staticmethod\n    def run(apps, editor):\n        editor.execute(";
  CHECK(first(held + "sql='DROP TABLE a')\n", "migrations.RunPython(Steps.run)").sql.size() == 1);
  CHECK(first(held + "'DROP TABLE a')\n", "migrations.RunPython(Steps.run)").evaluated);
  const auto changes = first("def run(apps, editor):\n    editor.delete_model(1)\n", "migrations.RunPython(run)");
  CHECK_FALSE(changes.evaluated);
  CHECK(changes.unknown_reason.find("delete_model") != std::string::npos);
  CHECK_FALSE(first("from shop.own import Own\n", "Own('SELECT 1')").evaluated);
  // Undone, it does what its base does.
  CHECK(first("from shop.own import OneWay\n", "OneWay('SELECT 1')").known_as == "SeparateDatabaseAndState");
  CHECK_FALSE(first("from shop.own import OneWay\n", "OneWay('SELECT 1')").undone_reason.empty());
  CHECK(first("from shop.own import Kept\n", "Kept('SELECT 1')").evaluated);
}

TEST_CASE("classes that packages hand on", "[read]") {
  const std::string money = "from django.db import models\nclass MoneyField(models.DecimalField):\n    pass\n";
  const std::string decimal = "django.db.models.DecimalField";
  CHECK(base_of("lib.fields.MoneyField", {{"lib/fields/__init__.py", "from .base import MoneyField\n"},
                                          {"lib/fields/base.py", money}}) == decimal);
  CHECK(base_of("lib.fields.MoneyField", {{"lib/fields/__init__.py", "from .base import *\n__all__ = ['MoneyField']\n"},
                                          {"lib/fields/base.py", money}}) == decimal);
  CHECK(
      base_of("lib.fields.MoneyField", {{"lib/fields/__init__.py", "from lib.other.base import Money as MoneyField\n"},
                                        {"lib/other/__init__.py", ""},
                                        {"lib/other/base.py", "from ..core import *\n"},
                                        {"lib/core.py", "from .deep.down import Money\n"},
                                        {"lib/deep/down.py", "from django.db.models import TextField as Money\n"}}) ==
      "django.db.models.TextField");
  CHECK(base_of("lib.fields.MoneyField", {{"lib/fields/__init__.py", "from .one import *\nfrom .two import *\n"},
                                          {"lib/fields/one.py", money},
                                          {"lib/fields/two.py", "from .three import *\n"},
                                          {"lib/fields/three.py", "from .two import *\n"}}) == decimal);
  CHECK(base_of("lib.fields.Price", {{"lib/fields/__init__.py", "from .price import Price\n"},
                                     {"lib/fields/price.py",
                                      "from .money import MoneyField\n"
                                      "class Price(MoneyField):\n    pass\n"},
                                     {"lib/fields/money.py", money}}) == decimal);
  CHECK(base_of("lib.fields.Nothing",
                {{"lib/fields/__init__.py", "from .base import *\n"}, {"lib/fields/base.py", money}})
            .empty());
}

TEST_CASE("a class that is imported by its name in a string", "[read]") {
  const auto field = [](const std::string& text) {
    const auto migration =
        with_operations("migrations.AddField('a', 'b', import_string(" + text + ")(null=True))", Memory(Files{}),
                        "from django.utils.module_loading import import_string\nPATH = 'django.db'\n");
    const auto* value = migration.operations[0].argument("field");
    return value == nullptr ? std::string() : std::string(py::dotted_name(*value));
  };
  CHECK(field("'django.db.models.UUIDField'") == "django.db.models.UUIDField");
  CHECK(field("PATH + '.models.TextField'") == "django.db.models.TextField");
  CHECK(field("settings.FIELD_CLASS").empty());
}

TEST_CASE("a column type that is asked of the vendor", "[read]") {
  const auto type_of = [](const std::string& body) {
    const Memory memory(Files{{"lib/fields.py",
                               "from django.db import models\nclass Own(models.BinaryField):\n"
                               "    def db_type(self, connection):\n" +
                                   body}});
    const auto migration =
        with_operations("migrations.AddField('a', 'b', lib.fields.Own())", memory, "import lib.fields\n");
    const auto* known = find_project_class(&migration.names, "lib.fields.Own");
    return known == nullptr ? std::string() : known->db_type;
  };
  CHECK(type_of("        return 'inet'\n") == "inet");
  CHECK(type_of("        'A text.'\n        if connection.vendor == 'postgresql':\n            return 'bytea'\n"
                "        return 'varbinary(16)'\n") == "bytea");
  CHECK(type_of("        if connection.vendor == 'mysql':\n            return 'binary(16)'\n        return 'uuid'\n") ==
        "uuid");
  CHECK(type_of("        if self.big:\n            return 'a'\n        return 'b'\n").empty());
}

TEST_CASE("what a project's field gives its base", "[read]") {
  const Memory memory(Files{{"lib/fields.py",
                             "from django.db import models\nclass Own(models.CharField):\n"
                             "    def __init__(self, *args, **kwargs):\n"
                             "        kwargs['max_length'] = kwargs.get('max_length', 200)\n"
                             "        kwargs['null'] = kwargs['blank'] = True\n"
                             "        super().__init__(*args, **kwargs)\n"}});
  const auto migration =
      with_operations("migrations.AddField('a', 'b', lib.fields.Own())", memory, "import lib.fields\n");
  const auto* known = find_project_class(&migration.names, "lib.fields.Own");
  REQUIRE(known != nullptr);
  REQUIRE(known->defaults.size() == 1);
  CHECK(known->defaults[0].first == "max_length");
  REQUIRE(known->given.size() == 2);
  CHECK(known->given[0].first == "null");
}

// What a project's field makes of None decides whether a default is written.
OfNone of_none(const std::string& method) {
  const Memory memory(Files{{"lib/fields.py",
                             "import json\nfrom django.db import models\n"
                             "class Own(models.TextField):\n" +
                                 method}});
  const auto migration =
      with_operations("migrations.AddField('a', 'b', lib.fields.Own())", memory, "import lib.fields\n");
  const auto* known = find_project_class(&migration.names, "lib.fields.Own");
  REQUIRE(known != nullptr);
  return known->of_none;
}

TEST_CASE("what a field's own conversion makes of None", "[read]") {
  const std::string prep = "    def get_prep_value(self, value):\n";
  CHECK(of_none("    pass\n") == OfNone::none);
  CHECK(of_none(prep + "        prepped = super().get_prep_value(value)\n"
                       "        return prepped if prepped != '' else None\n") == OfNone::none);
  CHECK(of_none(prep + "        if value is None:\n            return None\n        return str(value)\n") ==
        OfNone::none);
  CHECK(of_none(prep + "        if value is not None:\n            return str(value)\n        else:\n"
                       "            return ''\n") == OfNone::something);
  CHECK(of_none(prep + "        return json.dumps(value)\n") == OfNone::something);
  CHECK(of_none("    def get_db_prep_save(self, value, connection):\n        if isinstance(value, Expression):\n"
                "            return value\n        return orjson.dumps(self.clean(value)).decode('utf-8')\n") ==
        OfNone::something);
  CHECK(of_none(prep + "        if value is not None:\n            value = self.clean(value)\n"
                       "        return super().get_prep_value(value)\n") == OfNone::none);
  CHECK(of_none(prep + "        value = super().get_prep_value(value)\n        if value is None:\n"
                       "            value = 'x'\n        return value\n") == OfNone::something);
  CHECK(of_none(prep + "        prepared = super().get_prep_value(value)\n        if not prepared:\n"
                       "            prepared = 'x'\n        return prepared\n") == OfNone::something);
  CHECK(of_none(prep + "        value = json.dumps(value)\n        return super().get_prep_value(value)\n") ==
        OfNone::something);
  CHECK(of_none(prep + "        value = self.clean(value)\n        return super().get_prep_value(value)\n") ==
        OfNone::unsure);
  CHECK(of_none(prep + "        if isinstance(value, type(None)):\n            return 'x'\n        return value\n") ==
        OfNone::something);
  CHECK(of_none(prep + "        if isinstance(value, object):\n            return 'x'\n        return value\n") ==
        OfNone::unsure);
  CHECK(of_none(prep + "        if isinstance(value, (str, list)):\n            return 'x'\n        return value\n") ==
        OfNone::none);
  CHECK(of_none(prep + "        value = self.clean(value)\n        return value\n") == OfNone::unsure);
  CHECK(of_none(prep + "        return self.clean(value)\n") == OfNone::unsure);
  CHECK(of_none(prep + "        if self.strict:\n            return ''\n        return value\n") == OfNone::unsure);
}

TEST_CASE("places are exact", "[read]") {
  const auto source =
      head +
      "class Migration(migrations.Migration):\n    operations = [\n        migrations.RunSQL('DROP TABLE é'),\n    ]\n";
  const auto migration = read(source);
  const auto& operation = migration.operations[0];
  const auto text = [&](Location at) { return source.substr(at.span.begin, at.span.end - at.span.begin); };
  CHECK(text(operation.location) == "migrations.RunSQL('DROP TABLE é')");
  CHECK(text(operation.name_location) == "migrations.RunSQL");
  CHECK(text(operation.sql[0].map.map({0, 4})) == "DROP");
}

TEST_CASE("files that are no migrations", "[read]") {
  const ProjectFiles files;
  CHECK(std::holds_alternative<NotAMigration>(
      read_migration_text("x = 1\n", FileId{0}, "a/migrations/h.py", "a", files)));
  CHECK(std::holds_alternative<Unreadable>(
      read_migration_text("x = '\xff'\n", FileId{0}, "a/migrations/h.py", "a", files)));
  CHECK(std::holds_alternative<Unreadable>(
      read_migration_text("class Migration(((((\n", FileId{0}, "a/b.py", "a", files)));
}

TEST_CASE("a star import of Django binds the names that Django is known to have") {
  const auto read = read_migration_text(
      "from django.contrib.postgres.operations import *\n"
      "from django.db.models import *\n"
      "class Migration:\n"
      "    operations = [AddIndexConcurrently('a', Index(fields=['n'], name='i')), NotThere('a')]\n",
      FileId{0}, "app/migrations/0002_i.py", "app", {});
  const auto& migration = std::get<Migration>(read);
  REQUIRE(migration.operations.size() == 2);
  CHECK(migration.operations[0].dotted == "django.contrib.postgres.operations.AddIndexConcurrently");
  CHECK(migration.operations[0].unknown_reason.empty());
  CHECK(!migration.operations[1].unknown_reason.empty());
}
