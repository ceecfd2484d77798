#include "analyzer/discover/django_version.h"

#include <catch2/catch.hpp>

using namespace mlint;

TEST_CASE("a requirement names a minor version", "[discover]") {
  struct Case {
    const char* line;
    const char* version;  // null: about another package
  };
  const Case cases[] = {
      {"Django==4.2.7", "4.2"},
      {"django>=3.2,<5", "3.2"},
      {"django<5,>=4.2", "4.2"},
      {"Django[argon2,bcrypt] ~= 5.0.1  # LTS", "5.0"},
      {"django", ""},
      {"django<5", ""},
      {"django ^4.2", "4.2"},
      {"Django (>=4.2,<5.0)", "4.2"},
      {"django==5.2.1 ; python_version >= '3.10'", "5.2"},
      {"django==5.2.1 \\", "5.2"},
      {"django==4", "4.0"},
      {"django-filter==2.4", nullptr},
      {"djangorestframework==3.15", nullptr},
      {"django_redis==5", nullptr},
      {"django @ https://example.org/django-4.2.zip", ""},
  };
  for (const Case& it : cases) {
    CAPTURE(it.line);
    const auto specifiers = django_requirement(it.line);
    REQUIRE(specifiers.has_value() == (it.version != nullptr));
    if (specifiers) CHECK(minor_version(*specifiers) == it.version);
  }
}

namespace {

Sourced<std::string> version_of(std::map<std::string, std::string> files) {
  const auto below = disk();
  std::vector<std::string> own;
  for (const auto& [path, text] : files)
    if (path.starts_with("/nowhere/project/")) own.push_back(path.substr(17));
  const auto all = overlay(*below, std::move(files));
  return find_django_version(*all, {"/nowhere/project", "/nowhere"}, own, "/nowhere");
}

}  // namespace

TEST_CASE("the Django version comes from the project's own files, pins first", "[discover]") {
  auto lock = version_of({{"/nowhere/project/uv.lock",
                           "[[package]]\nname = \"asgiref\"\nversion = \"3.8\"\n\n"
                           "[[package]]\nname = \"django\"\nversion = \"5.1.4\"\n"},
                          {"/nowhere/project/pyproject.toml", "dependencies = [\"django>=4.2\"]\n"}});
  CHECK(lock.value == "5.1");
  CHECK(lock.origin == "project/uv.lock");

  CHECK(
      version_of({{"/nowhere/project/pyproject.toml", "[project]\ndependencies = [\"psycopg\", \"Django>=4.2,<6\"]\n"}})
          .value == "4.2");
  CHECK(version_of({{"/nowhere/project/pyproject.toml", "[tool.poetry.dependencies]\ndjango = \"^5.0\"\n"}}).value ==
        "5.0");
  CHECK(version_of({{"/nowhere/project/pyproject.toml",
                     "[tool.poetry.dependencies]\ndjango = { version = \"~4.2.1\", extras = [\"argon2\"] }\n"}})
            .value == "4.2");
  CHECK(version_of({{"/nowhere/project/Pipfile.lock",
                     "{\"default\": {\"django\": {\"hashes\": [\"sha256:x\"], \"version\": \"==3.2.25\"}}}"}})
            .value == "3.2");
  CHECK(version_of({{"/nowhere/project/requirements/common.txt", "gunicorn\nDjango==4.1.13\n"}}).value == "4.1");
  CHECK(version_of({{"/nowhere/requirements.txt", "Django==4.1.13\n"}}).origin == "requirements.txt");
  CHECK(version_of({{"/nowhere/project/setup.cfg", "install_requires =\n    Django>=3.2\n"}}).value == "3.2");
  CHECK(version_of({{"/nowhere/project/setup.py", "install_requires=['Django>=3.2,<4.3', 'six'],\n"}}).value == "3.2");
  CHECK(version_of({}).value.empty());
}

TEST_CASE("requirements in folders of the project, and what they include", "[discover]") {
  const auto of = [](std::map<std::string, std::string> files) { return version_of(std::move(files)); };
  const auto deep = of({{"/nowhere/project/dependencies/pip/dev_requirements.txt", "django==5.0.1\n"},
                        {"/nowhere/project/dependencies/pip/requirements.txt", "# by pip-compile\ndjango==4.2.19\n"}});
  CHECK(deep.value == "4.2");
  CHECK(deep.origin == "project/dependencies/pip/requirements.txt");
  CHECK(of({{"/nowhere/project/deps/base.in", "Django>=5.1,<5.2\n"}}).value == "5.1");
  CHECK(of({{"/nowhere/project/server/poetry.lock", "[[package]]\nname = \"Django\"\nversion = \"5.2.1\"\n"}}).value ==
        "5.2");
  CHECK(of({{"/nowhere/project/environment.yml", "dependencies:\n  - python=3.11\n  - django=4.2.3\n"}}).value ==
        "4.2");
  CHECK(of({{"/nowhere/project/environment.yml", "dependencies:\n  - pip:\n    - Django==4.1\n"}}).value == "4.1");
  CHECK(of({{"/nowhere/project/docs/notes.txt", "Django==1.11\n"}}).value.empty());
  CHECK(of({{"/nowhere/project/a/b/c/d/requirements.txt", "Django==4.2\n"}}).value.empty());
  const auto docker = of({{"/nowhere/project/docker/requirements.txt", "django==4.2\n"},
                          {"/nowhere/project/web/app/requirements.txt", "django==3.2\n"},
                          {"/nowhere/project/docs/requirements.txt", "django==5.2\n"}});
  CHECK(docker.origin == "project/docker/requirements.txt");
  CHECK(of({{"/nowhere/project/examples/shop/requirements.txt", "django==5.2\n"}}).value.empty());
  CHECK(of({{"/nowhere/project/requirements-docs.txt", "django==5.2\n"},
            {"/nowhere/project/requirements-prod.txt", "django==4.2\n"}})
            .value == "4.2");
  const auto included = of({{"/nowhere/project/requirements.txt", "-r etc/all.txt  # everything\n"},
                            {"/nowhere/project/etc/all.txt", "--requirement=../limits/web.txt\nsix\n"},
                            {"/nowhere/project/limits/web.txt", "django~=5.1\n-r ../etc/all.txt\n"}});
  CHECK(included.value == "5.1");
  CHECK(included.origin == "project/limits/web.txt");
  CHECK(of({{"/nowhere/project/requirements.txt", "-r requirements.txt\n-r ../../etc/passwd\n"}}).value.empty());
}
