#include <catch2/catch.hpp>

#include "analyzer/discover/workspace.h"

using namespace mlint;

namespace {

constexpr const char* migration =
    "from django.db import migrations\nclass Migration(migrations.Migration):\n    pass\n";

Workspace look(std::map<std::string, std::string> files, const std::string& at = "/nowhere") {
  std::map<std::string, std::string> placed;
  for (auto& [path, text] : files) placed["/nowhere/" + path] = std::move(text);
  placed["/nowhere/.git/HEAD"] = "";
  const auto below = disk();
  const auto all = overlay(*below, std::move(placed));
  DiscoverOptions where;
  where.paths = {at};
  const auto workspace = discover(*all, where);
  REQUIRE(workspace);
  return *workspace;
}

std::string manage(const std::string& module) {
  return "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '" + module +
         "')\nfrom django.core.management import execute_from_command_line\n";
}

}  // namespace

TEST_CASE("apps below a package, found without configuration", "[discover]") {
  const Workspace workspace = look({
      {"manage.py", manage("tienda.settings")},
      {"tienda/settings.py",
       "INSTALLED_APPS = ['django.contrib.auth', 'applications.ventas', "
       "'applications.cuentas.apps.CuentasConfig']\nAUTH_USER_MODEL = 'usuarios.Usuario'\n"},
      {"applications/ventas/migrations/__init__.py", ""},
      {"applications/ventas/migrations/0001_initial.py", migration},
      {"applications/ventas/migrations/_helpers.py", ""},
      {"applications/ventas/migrations/0002.x.py", migration},
      {"applications/cuentas/apps.py",
       "from django.apps import AppConfig\nclass CuentasConfig(AppConfig):\n"
       "    name = 'applications.cuentas'\n    label = 'usuarios'\n"},
      {"applications/cuentas/migrations/__init__.py", ""},
      {"applications/cuentas/migrations/0001_initial.py", migration},
      {"alembic/migrations/env.py", "from alembic import context\n"},
      {"node_modules/x/migrations/0001_initial.py", migration},
      {"env/pyvenv.cfg", ""},
      {"env/lib/x/migrations/0001_initial.py", migration},
      {"build/lib/x/migrations/0001_initial.py", migration},
  });
  REQUIRE(workspace.projects.size() == 1);
  const Project& project = workspace.projects[0];
  CHECK(project.django);
  CHECK(project.settings.auth_user_model == "usuarios.Usuario");
  CHECK(project.settings.complete);
  REQUIRE(project.apps.size() == 2);
  CHECK(project.apps[0].label == "usuarios");
  CHECK(project.apps[0].config_class == "applications.cuentas.apps.CuentasConfig");
  CHECK(project.apps[1].label == "ventas");
  CHECK(project.apps[1].installed);
  CHECK(project.migration_files == std::vector<std::string>{"applications/cuentas/migrations/0001_initial.py",
                                                            "applications/ventas/migrations/0001_initial.py"});
  CHECK(project.app_of("applications/ventas/migrations/0001_initial.py")->label == "ventas");
  CHECK(project.app_of("applications/ventas/models.py") == nullptr);
}

TEST_CASE("a package that names its configuration as Django before 4.1 read it", "[discover]") {
  const Workspace workspace = look({
      {"manage.py", manage("settings")},
      {"settings.py", "INSTALLED_APPS = ['core', 'features.core']\n"},
      {"core/migrations/0001_initial.py", migration},
      {"features/core/__init__.py", "default_app_config = 'features.core.app.CoreConfig'\n"},
      {"features/core/app.py",
       "from django.apps import AppConfig\nclass CoreConfig(AppConfig):\n    name = 'features.core'\n"
       "    label = 'features_core'\n"},
      {"features/core/migrations/0001_initial.py", migration},
  });
  REQUIRE(workspace.projects.size() == 1);
  CHECK(workspace.projects[0].duplicate_labels.empty());
  CHECK(workspace.projects[0].app_of("features/core/migrations/0001_initial.py")->label == "features_core");
}

TEST_CASE("the label of a configuration whose base class stands in another module", "[discover]") {
  const Workspace workspace = look({
      {"manage.py", manage("settings")},
      {"settings.py", "INSTALLED_APPS = ['shop.apps.ShopConfig']\n"},
      {"core/base.py",
       "from django.apps import AppConfig\nclass Base(AppConfig):\n    label = 'boutique'\n    name = 'shop'\n"},
      {"shop/apps.py", "from core import base\nclass ShopConfig(base.Base):\n    verbose_name = 'Shop'\n"},
      {"shop/migrations/0001_initial.py", migration},
  });
  REQUIRE(workspace.projects.size() == 1);
  CHECK(workspace.projects[0].app_of("shop/migrations/0001_initial.py")->label == "boutique");
}

TEST_CASE("INSTALLED_APPS however it comes about", "[discover]") {
  const std::string settings =
      GENERATE("INSTALLED_APPS = []\nif DEBUG:\n    INSTALLED_APPS += ['shop.apps.ShopConfig']\n",
               "settings = {}\nsettings['INSTALLED_APPS'] = ['shop.apps.ShopConfig']\nglobals().update(settings)\n",
               "globals().update({'INSTALLED_APPS': ['shop.apps.ShopConfig']})\n",
               "import os\nINSTALLED_APPS = os.getenv('APPS', 'x,shop.apps.ShopConfig').split(',')\n",
               "import itertools\nINSTALLED_APPS = list(itertools.chain(['x'], ['shop.apps.ShopConfig']))\n",
               "APPS = ['shop.apps.ShopConfig']\ndef checked(apps): return apps\nINSTALLED_APPS = checked(APPS)\n");
  const Workspace workspace = look({
      {"manage.py", manage("settings")},
      {"settings.py", settings},
      {"shop/apps.py",
       "from django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    label = 'boutique'\n"
       "class Other(AppConfig):\n    name = 'shop'\n    label = 'other'\n"},
      {"shop/migrations/0001_initial.py", migration},
  });
  REQUIRE(workspace.projects.size() == 1);
  CHECK(workspace.projects[0].app_of("shop/migrations/0001_initial.py")->label == "boutique");
}

TEST_CASE("settings that django-split-settings puts together", "[discover]") {
  const Workspace workspace = look({
      {"manage.py", manage("config.settings")},
      {"config/settings.py",
       "from split_settings.tools import include, optional\n"
       "include('settings.dist.py', optional('local_settings.py'))\n"},
      {"config/settings.dist.py",
       "INSTALLED_APPS = ['shop']\nif TRACKED:\n    MIGRATION_MODULES = {'shop': 'shop.db_migrations'}\n"},
      {"shop/models.py", ""},
      {"shop/db_migrations/__init__.py", ""},
      {"shop/db_migrations/0001_initial.py", migration},
  });
  REQUIRE(workspace.projects.size() == 1);
  CHECK(workspace.projects[0].migration_files == std::vector<std::string>{"shop/db_migrations/0001_initial.py"});
}

TEST_CASE("tenant settings made of two lists", "[discover]") {
  const Workspace workspace = look({
      {"backend/manage.py", manage("config.settings.local")},
      {"backend/config/settings/__init__.py", ""},
      {"backend/config/settings/base.py",
       "SHARED_APPS = ['django_tenants', 'apps.kunden', 'apps.beide']\n"
       "TENANT_APPS = ['apps.waren', 'apps.beide']\n"
       "INSTALLED_APPS = SHARED_APPS + [a for a in TENANT_APPS if a not in SHARED_APPS]\n"
       "DATABASES = {'default': {'ENGINE': 'django_tenants.postgresql_backend', "
       "'OPTIONS': {'options': '-c lock_timeout=2s -c statement_timeout=60000'}}}\n"},
      {"backend/config/settings/local.py", "from .base import *\nINSTALLED_APPS += ['apps.werkzeug']\n"},
      {"backend/apps/kunden/migrations/__init__.py", ""},
      {"backend/apps/kunden/migrations/0001_initial.py", migration},
      {"backend/apps/waren/migrations/__init__.py", ""},
      {"backend/apps/waren/migrations/0001_initial.py", migration},
      {"backend/apps/beide/migrations/0001_initial.py", migration},
      {"backend/apps/werkzeug/models.py", ""},
      {"backend/requirements.txt", "Django==4.2.7\n"},
  });
  REQUIRE(workspace.projects.size() == 1);
  const Project& project = workspace.projects[0];
  CHECK(project.prefix == "backend/");
  CHECK(project.django_version.value == "4.2");
  CHECK(project.django_version.origin == "backend/requirements.txt");
  CHECK(project.settings.installed_apps ==
        std::vector<std::string>{"django_tenants", "apps.kunden", "apps.beide", "apps.waren", "apps.werkzeug"});
  CHECK(project.settings.lock_timeout_ms == 2000);
  CHECK(project.settings.statement_timeout_ms == 60000);
  CHECK(project.settings.engine_note.empty());
  const App* both = project.app("beide");
  REQUIRE(both != nullptr);
  CHECK(both->shared == true);
  CHECK(both->tenant == true);
  CHECK_FALSE(both->migrations_package);
  CHECK(project.app("kunden")->tenant == false);
  CHECK(project.app("waren")->shared == false);
  REQUIRE(workspace.problems.size() == 1);
  CHECK(workspace.problems[0].kind == DiscoveryProblem::Kind::not_a_package);
  CHECK(workspace.problems[0].path == "backend/apps/beide/migrations");
}

TEST_CASE("several projects in one repository are told apart", "[discover]") {
  const Workspace workspace = look({
      {"one/manage.py", manage("one.settings")},
      {"one/one/settings.py", "INSTALLED_APPS = ['orders']\n"},
      {"one/orders/migrations/__init__.py", ""},
      {"one/orders/migrations/0001_initial.py", migration},
      {"two/manage.py", manage("two.settings")},
      {"two/two/settings.py", "INSTALLED_APPS = ['orders']\n"},
      {"two/orders/migrations/__init__.py", ""},
      {"two/orders/migrations/0001_initial.py", migration},
      {"db/migrations/001_a.sql", "SELECT 1;"},
  });
  REQUIRE(workspace.projects.size() == 3);
  CHECK(workspace.projects[0].prefix.empty());
  CHECK_FALSE(workspace.projects[0].django);
  CHECK(workspace.projects[0].migration_files.empty());
  CHECK(workspace.projects[0].sql_directories.size() == 1);
  CHECK(workspace.projects[1].prefix == "one/");
  CHECK(workspace.projects[1].migration_files.size() == 1);
  CHECK(workspace.projects[2].prefix == "two/");
  CHECK(workspace.project_of("two/orders/migrations/0001_initial.py") == 2U);
  CHECK(workspace.project_of("db/migrations/001_a.sql") == 0U);

  const Workspace inside = look({{"one/manage.py", manage("one.settings")},
                                 {"one/one/settings.py", "INSTALLED_APPS = ['orders']\n"},
                                 {"one/orders/migrations/__init__.py", ""},
                                 {"one/orders/migrations/0001_initial.py", migration}},
                                "/nowhere/one/orders/migrations");
  CHECK(inside.root == "/nowhere/one");
  CHECK(inside.repository == "/nowhere");
  REQUIRE(inside.projects.size() == 1);
  CHECK(inside.projects[0].migration_files.size() == 1);
}

TEST_CASE("MIGRATION_MODULES moves or switches off migrations", "[discover]") {
  const Workspace workspace = look({
      {"manage.py", manage("s")},
      {"s.py", "INSTALLED_APPS = ['a', 'b']\nMIGRATION_MODULES = {'a': 'moved.a', 'b': None}\n"},
      {"a/models.py", ""},
      {"a/migrations/__init__.py", ""},
      {"a/migrations/0001_old.py", migration},
      {"moved/a/__init__.py", ""},
      {"moved/a/0001_new.py", migration},
      {"b/migrations/__init__.py", ""},
      {"b/migrations/0001_initial.py", migration},
  });
  REQUIRE(workspace.projects.size() == 1);
  CHECK(workspace.projects[0].migration_files == std::vector<std::string>{"moved/a/0001_new.py"});
}

TEST_CASE("two installed apps of one label are noticed, an example beside the project is not", "[discover]") {
  const Workspace workspace = look({
      {"manage.py", manage("s")},
      {"s.py", "INSTALLED_APPS = ['x.log', 'y.log']\n"},
      {"x/log/migrations/__init__.py", ""},
      {"x/log/migrations/0001_initial.py", migration},
      {"y/log/migrations/__init__.py", ""},
      {"y/log/migrations/0001_initial.py", migration},
      {"examples/other/migrations/__init__.py", ""},
      {"examples/other/migrations/0001_initial.py", migration},
  });
  const Project& project = workspace.projects.at(0);
  REQUIRE(project.duplicate_labels.size() == 1);
  CHECK(project.duplicate_labels[0].label == "log");
  CHECK(project.duplicate_labels[0].installed);
  CHECK(project.duplicate_labels[0].directories == std::vector<std::string>{"x/log", "y/log"});
  REQUIRE(project.app("other") != nullptr);
  CHECK_FALSE(project.app("other")->installed);
}

TEST_CASE("what only the settings of tests install is told apart", "[discover]") {
  const std::map<std::string, std::string> apps = {
      {"shop/tests/__init__.py", ""},
      {"shop/tests/migrations/__init__.py", ""},
      {"shop/tests/migrations/0001_initial.py", migration},
  };
  const auto with = [&](std::map<std::string, std::string> files) {
    files.insert(apps.begin(), apps.end());
    return look(std::move(files)).projects.at(0).app("tests")->test_only;
  };
  CHECK(with({{"manage.py", manage("s")}, {"s.py", "INSTALLED_APPS = ['shop']\n"}}));
  CHECK(with({{"manage.py", manage("shop.tests.settings")},
              {"shop/tests/settings.py", "INSTALLED_APPS = ['shop', 'shop.tests']\n"},
              {"shop/migrations/__init__.py", ""},
              {"shop/migrations/0001_initial.py", migration}}));
  CHECK_FALSE(with({{"manage.py", manage("shop.tests.settings")},
                    {"shop/tests/settings.py", "INSTALLED_APPS = ['shop', 'shop.tests']\n"}}));
  CHECK_FALSE(with({{"manage.py", manage("s")}, {"s.py", "INSTALLED_APPS = ['shop', 'shop.tests']\n"}}));
  CHECK_FALSE(with({{"manage.py", manage("s")}, {"s.py", "INSTALLED_APPS = ['shop'] + more()\n"}}));
}

TEST_CASE("models that settings of a base module swap", "[discover]") {
  const Workspace workspace = look({
      {"manage.py", manage("config.local")},
      {"config/__init__.py", ""},
      {"config/base.py",
       "from .names import *\nINSTALLED_APPS = ['shop']\nSHOP_ORDER_MODEL = 'shop.Order'\nSHOP_CART_MODEL = 'a.B'\n"},
      {"config/names.py", "from .base import *\nSHOP_ITEM_MODEL = 'shop.Item'\n"},
      {"config/local.py", "from .base import *\nSHOP_CART_MODEL = 'shop.Cart'\n"},
      {"shop/migrations/0001_initial.py", migration},
  });
  REQUIRE(workspace.projects.size() == 1);
  CHECK(workspace.projects[0].settings.swapped_models ==
        std::map<std::string, std::string>{
            {"SHOP_CART_MODEL", "shop.Cart"}, {"SHOP_ITEM_MODEL", "shop.Item"}, {"SHOP_ORDER_MODEL", "shop.Order"}});
}

TEST_CASE("a fork takes the place of an installed app by subscript", "[discover]") {
  const auto with = [](const std::string& fork, const std::string& settings) {
    std::string text = "INSTALLED_APPS = ['shop.log']\nlog = INSTALLED_APPS.index('shop.log')\nINSTALLED_APPS[log] = '";
    return look({{"manage.py", manage(settings)},
                 {settings + ".py", text + fork + ".log'\n"},
                 {"shop/log/migrations/__init__.py", ""},
                 {"shop/log/migrations/0001_initial.py", migration},
                 {fork + "/log/__init__.py", ""},
                 {fork + "/log/migrations/__init__.py", ""},
                 {fork + "/log/migrations/0001_initial.py", migration}})
        .projects.at(0);
  };
  const Project forked = with("mine", "settings");
  REQUIRE(forked.app("log") != nullptr);
  CHECK(forked.app("log")->module == "mine.log");
  // What tests put in its place is not what the project ships.
  const Project tested = with("tests", "tests");
  REQUIRE(tested.app("log") != nullptr);
  CHECK(tested.app("log")->module == "shop.log");
  CHECK(tested.apps.size() == 1);
}

TEST_CASE("the engine behind environment helpers is assumed to be PostgreSQL, with the reason", "[discover]") {
  struct Case {
    const char* databases;
    const char* engine;
    const char* note;
  };
  const Case cases[] = {
      {"{'default': {'ENGINE': 'django.db.backends.postgresql'}}", "django.db.backends.postgresql", ""},
      {"{'default': dj_database_url.config(default='sqlite:///db.sqlite3')}", "django.db.backends.sqlite3",
       "judged as PostgreSQL: `django.db.backends.sqlite3` is only the default of `dj_database_url.config`"},
      {"{'default': dj_database_url.config(default='postgres://u:p@h/d?options=-c%20lock_timeout%3D5000')}",
       "django.db.backends.postgresql", ""},
      {"{'default': dj_database_url.config()}", "",
       "PostgreSQL is assumed: the engine comes from `dj_database_url.config` at run time"},
      {"{'default': env.db('DATABASE_URL', default='postgres://localhost/x')}", "django.db.backends.postgresql", ""},
      {"{'default': {'ENGINE': os.environ.get('E', 'django.db.backends.sqlite3')}}", "django.db.backends.sqlite3",
       "judged as PostgreSQL: the settings name `django.db.backends.sqlite3` only as a default of the environment"},
      {"{'default': {'ENGINE': config('E', default='django.db.backends.postgresql')}}", "django.db.backends.postgresql",
       ""},
      {"{'default': {'ENGINE': os.environ['E']}}", "",
       "PostgreSQL is assumed: the engine of `DATABASES` is not a constant"},
      {"load()", "", "PostgreSQL is assumed: `DATABASES` is not a constant"},
      {"{'default': {**dj_database_url.config(), 'CONN_MAX_AGE': 60}}", "",
       "PostgreSQL is assumed: the engine comes from `dj_database_url.config` at run time"},
  };
  for (const Case& it : cases) {
    CAPTURE(it.databases);
    const Workspace workspace = look({
        {"manage.py", manage("s")},
        {"s.py",
         "import os\nimport dj_database_url\nimport environ\nfrom decouple import config\n"
         "env = environ.Env()\nINSTALLED_APPS = []\nDATABASES = " +
             std::string(it.databases) + "\n"},
    });
    REQUIRE(workspace.projects.size() == 1);
    CHECK(workspace.projects[0].settings.engine == it.engine);
    CHECK(workspace.projects[0].settings.engine_note == it.note);
  }
}

TEST_CASE("settings that methods change are read or not known, never wrong", "[discover]") {
  struct Case {
    const char* text;
    const char* engine;
    std::vector<std::string> apps;
  };
  const std::string sqlite = "{'ENGINE': 'django.db.backends.sqlite3'}", postgresql = "django.db.backends.postgresql";
  const Case cases[] = {
      {"DATABASES['default'].update({'ENGINE': 'django.db.backends.postgresql'})\n", postgresql.c_str(), {"shop"}},
      {"DATABASES['default'].update(ENGINE='django.db.backends.postgresql')\n", postgresql.c_str(), {"shop"}},
      {"DATABASES['default'].update(dj_database_url.config(conn_max_age=500))\n", "", {"shop"}},
      {"DATABASES['default'].update(dj_database_url.parse('postgres://h/d'))\n", postgresql.c_str(), {"shop"}},
      {"DATABASES['default'].update(load())\n", "", {"shop"}},
      {"DATABASES.update({'default': {'ENGINE': 'django.db.backends.postgresql'}})\n", postgresql.c_str(), {"shop"}},
      {"DATABASES.setdefault('default', {'ENGINE': 'x'})\n", "django.db.backends.sqlite3", {"shop"}},
      {"DATABASES['default'].setdefault('ENGINE', 'x')\n", "django.db.backends.sqlite3", {"shop"}},
      {"DATABASES = {}\nDATABASES.setdefault('default', {'ENGINE': 'x'})\n", "x", {"shop"}},
      {"DATABASES['default']['ENGINE'] = os.environ.setdefault('E', 'x')\n", "x", {"shop"}},
      {"DATABASES['default']['ENGINE'] = os.environ['E']\n", "", {"shop"}},
      {"DATABASES['default'].clear()\n", "", {"shop"}},
      {"INSTALLED_APPS.extend(['other'])\n", "django.db.backends.sqlite3", {"shop", "other"}},
      {"INSTALLED_APPS.insert(0, 'other')\n", "django.db.backends.sqlite3", {"other", "shop"}},
      {"INSTALLED_APPS.remove('shop')\n", "django.db.backends.sqlite3", {}},
  };
  for (const Case& it : cases) {
    CAPTURE(it.text);
    const Workspace workspace =
        look({{"manage.py", manage("s")},
              {"base.py", "INSTALLED_APPS = ['shop']\nDATABASES = {'default': " + sqlite + "}\n"},
              {"s.py", "import os\nimport dj_database_url\nfrom base import *\n" + std::string(it.text)}});
    REQUIRE(workspace.projects.size() == 1);
    CHECK(workspace.projects[0].settings.engine == it.engine);
    CHECK(workspace.projects[0].settings.installed_apps == it.apps);
    CHECK((workspace.projects[0].settings.complete || it.apps.empty()));
  }
}

TEST_CASE("timeouts of OPTIONS that are put beside what the environment says", "[discover]") {
  for (const char* text : {"DATABASES = {'default': dj_database_url.config()}\n"
                           "DATABASES['default']['OPTIONS'] = {'options': '-c lock_timeout=2s'}\n",
                           "DATABASES = {'default': {**dj_database_url.config(), "
                           "'OPTIONS': {'options': '-c lock_timeout=2s'}}}\n",
                           "DB = env.db()\nDB['OPTIONS'] = {'options': '-c lock_timeout=2s'}\n"
                           "DATABASES = {'default': DB}\n"}) {
    CAPTURE(text);
    const Workspace workspace =
        look({{"manage.py", manage("s")},
              {"s.py", "import dj_database_url\nimport environ\nenv = environ.Env()\nINSTALLED_APPS = []\n" +
                           std::string(text)}});
    REQUIRE(workspace.projects.size() == 1);
    CHECK(workspace.projects[0].settings.lock_timeout_ms == 2000);
    CHECK(workspace.projects[0].settings.engine_note.starts_with("PostgreSQL is assumed"));
  }
}

TEST_CASE("excluded paths stay context, an excluded project is none", "[discover]") {
  const Workspace workspace = look({
      {"mlint.toml", "exclude = ['sandbox', 'orders/migrations/0001_*']\n"},
      {"manage.py", manage("s")},
      {"s.py", "INSTALLED_APPS = ['orders']\n"},
      {"orders/migrations/__init__.py", ""},
      {"orders/migrations/0001_initial.py", migration},
      {"sandbox/manage.py", manage("t")},
      {"sandbox/t.py", "INSTALLED_APPS = []\n"},
  });
  REQUIRE(workspace.projects.size() == 1);
  CHECK(workspace.projects[0].migration_files.size() == 1);
  CHECK(workspace.excluded("orders/migrations/0001_initial.py"));
  CHECK_FALSE(workspace.excluded("orders/migrations/0002_x.py"));
}

TEST_CASE("a path that does not exist is an error", "[discover]") {
  const auto files = disk();
  DiscoverOptions where;
  where.paths = {"/nowhere/at/all"};
  const auto workspace = discover(*files, where);
  REQUIRE_FALSE(workspace);
  CHECK(workspace.error().message == "`/nowhere/at/all` does not exist");
}

TEST_CASE("lists that classes of the settings hand on", "[discover]") {
  const auto label = [](const std::string& settings) {
    const Workspace workspace = look({
        {"manage.py", manage("conf.settings")},
        {"conf/base.py", "class Base:\n    INSTALLED_APPS = ['shop.apps.ShopConfig']\n"},
        {"conf/settings.py", settings},
        {"shop/apps.py",
         "from django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n"
         "    label = 'boutique'\nclass OtherConfig(AppConfig):\n    name = 'shop'\n"
         "    label = 'other'\n"},
        {"shop/migrations/__init__.py", ""},
        {"shop/migrations/0001_initial.py", migration},
    });
    REQUIRE(workspace.projects.size() == 1);
    REQUIRE(workspace.projects[0].apps.size() == 1);
    return workspace.projects[0].apps[0].label;
  };
  // django-configurations
  CHECK(label("class Base:\n    INSTALLED_APPS = ['shop.apps.ShopConfig']\n\n\n"
              "class Dev(Base):\n    INSTALLED_APPS = Base.INSTALLED_APPS + ['debug_toolbar']\n") == "boutique");
  CHECK(label("from .base import Base\n\n\nclass Dev(Base):\n"
              "    INSTALLED_APPS = ['x', *Base.INSTALLED_APPS]\n") == "boutique");
  // pydantic
  CHECK(label("from pydantic_settings import BaseSettings\n\n\nclass Env(BaseSettings):\n"
              "    INSTALLED_APPS: list[str] = ['shop.apps.ShopConfig']\n\n\nenv = Env()\n"
              "INSTALLED_APPS = env.INSTALLED_APPS\n") == "boutique");
  CHECK(label("from pydantic import BaseModel, Field\n\n\nclass Env(BaseModel):\n"
              "    apps: list[str] = Field(default=['shop.apps.ShopConfig'])\n\n\n"
              "INSTALLED_APPS = ['x'] + Env().apps\n") == "boutique");
}

TEST_CASE("manage.py inside of the package, apps of the project beside it", "[discover]") {
  const std::map<std::string, std::string> files = {
      {"backend/src/tienda/__init__.py", ""},
      {"backend/src/tienda/manage.py", "from django.core.management import execute_from_command_line\n"},
      {"backend/pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = tienda.conf.test\n"},
      {"backend/src/tienda/conf/__init__.py", ""},
      {"backend/src/tienda/conf/test.py", "from .settings import *\n"},
      {"backend/src/tienda/conf/settings.py",
       "import os\n"
       "if os.getenv('ONLY_FREE'):\n    PAID = []\nelse:\n    PAID = ['premium.apps.PremiumConfig']\n"
       "MORE = [it for it in os.listdir('.')]\n"
       "INSTALLED_APPS = ['tienda.ventas', *PAID]\n"
       "INSTALLED_APPS += [it.strip() for it in os.getenv('MORE', '').split(',')]\n"
       "if MORE:\n    INSTALLED_APPS.extend(MORE)\n"},
      {"backend/src/tienda/ventas/migrations/__init__.py", ""},
      {"backend/src/tienda/ventas/migrations/0001_initial.py", migration},
      {"paid/src/premium/migrations/__init__.py", ""},
      {"paid/src/premium/migrations/0001_initial.py", migration},
  };
  const Workspace workspace = look(files);
  REQUIRE(workspace.projects.size() == 1);
  const Project& project = workspace.projects[0];
  CHECK(project.prefix.empty());
  CHECK(project.manage_py == "backend/src/tienda/manage.py");
  CHECK(project.settings.file == "backend/src/tienda/conf/settings.py");
  REQUIRE(project.app("premium") != nullptr);
  CHECK(project.app("premium")->installed);
  REQUIRE(project.app("ventas") != nullptr);
  CHECK(project.app("ventas")->module == "tienda.ventas");

  // An app that two projects install is neither's, and one in another project stays there.
  std::map<std::string, std::string> two = {
      {"one/manage.py", manage("one.settings")}, {"one/one/settings.py", "INSTALLED_APPS = ['shared', 'orders']\n"},
      {"two/manage.py", manage("two.settings")}, {"two/two/settings.py", "INSTALLED_APPS = ['shared']\n"},
      {"two/orders/migrations/__init__.py", ""}, {"two/orders/migrations/0001_initial.py", migration},
      {"lib/shared/migrations/__init__.py", ""}, {"lib/shared/migrations/0001_initial.py", migration},
  };
  const Workspace apart = look(two);
  REQUIRE(apart.projects.size() == 3);
  CHECK(apart.projects[0].prefix.empty());
  CHECK(apart.projects[1].prefix == "one/");
  CHECK(apart.projects[2].prefix == "two/");
  CHECK(apart.projects[2].app("orders") != nullptr);
}
