#include "analyzer/discover/config.h"

#include <catch2/catch.hpp>

#include "analyzer/discover/workspace.h"

using namespace mlint;

TEST_CASE("every key of mlint.toml is read", "[discover]") {
  const auto config = read_config(R"toml(
pg-version = [13, "16"]
django-version = "4.2"
base = "origin/develop"
select = ["locking", "ML101"]
ignore = "no-reverse"
fail-on = "warning"
exclude = ["legacy/**"]
deploy = "stop-the-world"
frozen = "pushed"
settings-module = "config.settings"
[levels]
blocking-index-build = "warn"
[tables]
large = ["orders_*"]
small = ["*_config"]
hot = ["auth_user"]
[field-types]
"app.fields.Money" = "numeric(12, 2)"
[placeholders]
schema = "public"
)toml",
                                  "mlint.toml");
  REQUIRE(config);
  CHECK(config->pg_versions == std::vector<int>{13, 16});
  CHECK(config->django_version == "4.2");
  CHECK(config->base == "origin/develop");
  CHECK(config->select == std::vector<std::string>{"locking", "ML101"});
  CHECK(config->ignore == std::vector<std::string>{"no-reverse"});
  CHECK(config->fail_on == Severity::warning);
  CHECK(config->exclude == std::vector<std::string>{"legacy/**"});
  CHECK(config->deploy == DeployModel::stop_the_world);
  CHECK(config->frozen == "pushed");
  CHECK(config->settings_module == "config.settings");
  CHECK(config->levels == std::vector<std::pair<std::string, Severity>>{{"blocking-index-build", Severity::warning}});
  CHECK(config->large_tables == std::vector<std::string>{"orders_*"});
  CHECK(config->hot_tables == std::vector<std::string>{"auth_user"});
  CHECK(config->field_types.at("app.fields.Money") == "numeric(12, 2)");
  CHECK(config->placeholders.at("schema") == "public");
}

TEST_CASE("what is wrong in a configuration is said with its place", "[discover]") {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"levles = 1\n", "mlint.toml:1:1: unknown key `levles`; did you mean `levels`?"},
      {"\n[tables]\nhuge = []\n", "mlint.toml:3:1: unknown key `huge`"},
      {"select = [1]\n", "mlint.toml:1:11: expected a string"},
      {"pg-version = 9\n", "mlint.toml:1:14: PostgreSQL versions 12 to 19 are known"},
      {"pg-version = \"15.2\"\n", "mlint.toml:1:14: PostgreSQL versions 12 to 19 are known"},
      {"django-version = 4.2\n", "mlint.toml:1:18: write the Django version as a string: \"4.2\""},
      {"deploy = \"blue\"\n", "mlint.toml:1:10: `blue` is none of `rolling` `stop-the-world` `unknown`"},
      {"[levels]\nx = \"loud\"\n", "mlint.toml:2:5: `loud` is none of `error` `warning` `warn` `info` `off`"},
  };
  for (const Case& it : cases) {
    CAPTURE(it.text);
    const auto config = read_config(it.text, "mlint.toml");
    REQUIRE_FALSE(config);
    CHECK(config.error().message == it.error);
  }
  CHECK_FALSE(read_config("a = [", "mlint.toml"));
}

TEST_CASE("the nearest configuration is found, mlint.toml before pyproject.toml", "[discover]") {
  const auto below = disk();
  const auto files = overlay(*below, {{"/nowhere/pyproject.toml", "[tool.mlint]\nbase = \"a\"\n"},
                                      {"/nowhere/x/pyproject.toml", "[tool.other]\n"},
                                      {"/nowhere/y/mlint.toml", "base = \"b\"\n"},
                                      {"/nowhere/y/pyproject.toml", "[tool.mlint]\nbase = \"c\"\n"},
                                      {"/nowhere/z/pyproject.toml", "this is no toml"},
                                      {"/nowhere/w/mlint.toml", "bsae = 1\n"}});
  auto config = find_config(*files, "/nowhere/x", "/nowhere");
  REQUIRE(config);
  CHECK(config->base == "a");
  CHECK(config->file == "/nowhere/pyproject.toml");
  CHECK(config->warnings.empty());

  config = find_config(*files, "/nowhere/y/deep/er", "/nowhere");
  REQUIRE(config);
  CHECK(config->base == "b");
  REQUIRE(config->warnings.size() == 1);
  CHECK(config->warnings[0] == "`/nowhere/y/pyproject.toml` is ignored: `/nowhere/y/mlint.toml` stands beside it");

  CHECK(find_config(*files, "/nowhere/z", "/nowhere")->base == "a");
  CHECK_FALSE(find_config(*files, "/nowhere/w", "/nowhere"));
  CHECK(find_config(*files, "/nowhere/x", "/nowhere/x")->file.empty());
}
