#include "analyzer/django/replay.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "analyzer/django/read.h"

using namespace mlint;

namespace {

// `source` must outlive it.
django::Migration migration(const std::string& source, const std::string& name) {
  auto read = django::read_migration_text(source, FileId{0}, "shop/migrations/" + name + ".py", "shop", {});
  REQUIRE(std::holds_alternative<django::Migration>(read));
  return std::get<django::Migration>(std::move(read));
}

std::string running(const std::string& sql) {
  return "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    atomic = False\n"
         "    operations = [migrations.RunSQL('" +
         sql + "')]\n";
}

bool holds(const Statement& statement, const std::string& table) {
  return std::any_of(statement.held.begin(), statement.held.end(),
                     [&](const HeldLock& lock) { return lock.relation.name == table; });
}

}  // namespace

TEST_CASE("effects derived later are those derived at once", "[django]") {
  const std::string source = running("CREATE TABLE a (x int); BEGIN; LOCK TABLE a; CREATE INDEX i ON a (x); COMMIT");
  const django::Migration read = migration(source, "0001_a");
  django::History at_once((django::ReplayOptions())), later((django::ReplayOptions()));
  const django::History::Judged judged = at_once.judge(read);
  django::History::Judged stepped = later.step(read);
  REQUIRE(stepped.statements.size() == judged.statements.size());
  CHECK(stepped.statements[3].effects.locks.empty());
  derive_effects(stepped, Server());
  CHECK(holds(stepped.statements[3], "a"));
  for (std::size_t i = 0; i < judged.statements.size(); ++i) {
    CHECK(stepped.statements[i].effects.locks.size() == judged.statements[i].effects.locks.size());
    CHECK(holds(stepped.statements[i], "a") == holds(judged.statements[i], "a"));
  }
}

TEST_CASE("a transaction that a migration leaves open keeps its locks", "[django]") {
  const std::string first = running("CREATE TABLE a (x int); BEGIN; LOCK TABLE a");
  const std::string second = running("SELECT 1; COMMIT; SELECT 2");
  const django::Migration one = migration(first, "0001_a"), two = migration(second, "0002_b");
  django::History history((django::ReplayOptions()));
  history.step(one);
  django::History::Judged judged = history.step(two);
  derive_effects(judged, Server());
  REQUIRE(judged.statements.size() == 3);
  CHECK(holds(judged.statements[0], "a"));
  CHECK_FALSE(holds(judged.statements[2], "a"));
  django::History::Judged again = history.step(two);
  derive_effects(again, Server());
  CHECK_FALSE(holds(again.statements[0], "a"));
}

TEST_CASE("models of swapper stand unless a setting swaps them", "[django]") {
  const std::string source =
      "import swapper\nfrom django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
      "    operations = [\n        migrations.CreateModel('Mine', [('id', models.IntegerField(primary_key=True))]),\n"
      "        migrations.CreateModel('Thing', [('id', models.IntegerField(primary_key=True))],\n"
      "            {'swappable': swapper.swappable_setting('shop', 'Thing')}),\n"
      "        migrations.CreateModel('Post', [('id', models.IntegerField(primary_key=True)),\n"
      "            ('thing', models.ForeignKey(swapper.get_model_name('shop', 'Thing'), models.CASCADE))]),\n    ]\n";
  const django::Migration read = migration(source, "0001_a");
  const auto sql_with = [&](const django::ReplayOptions& options) {
    std::string sql;
    for (const auto& statement : django::History(options).lower(read).statements) sql += statement.sql + "\n";
    return sql;
  };
  django::ReplayOptions options;
  CHECK(sql_with(options).find("CREATE TABLE \"shop_thing\"") != std::string::npos);
  CHECK(sql_with(options).find("REFERENCES \"shop_thing\"") != std::string::npos);
  options.swapped_models = {{"SHOP_THING_MODEL", "shop.Mine"}};
  CHECK(sql_with(options).find("CREATE TABLE \"shop_thing\"") == std::string::npos);
  CHECK(sql_with(options).find("REFERENCES \"shop_mine\"") != std::string::npos);
}

TEST_CASE("a class of a package that says `to` and `on_delete` is a foreign key", "[django]") {
  const auto lowered = [](const std::string& field) {
    const std::string source =
        "import somewhere.fields\nfrom django.db import migrations, models\n\n\nclass "
        "Migration(migrations.Migration):\n"
        "    operations = [\n        migrations.CreateModel('Kind', [('id', models.IntegerField(primary_key=True))]),\n"
        "        migrations.CreateModel('Idea', [('id', models.IntegerField(primary_key=True)),\n"
        "            ('kind', " +
        field + ")]),\n    ]\n";
    const django::LoweredMigration result = django::History(django::ReplayOptions()).lower(migration(source, "0001_a"));
    std::string sql;
    for (const auto& statement : result.statements) sql += statement.sql + "\n";
    return sql;
  };
  const std::string key = "(on_delete=models.CASCADE, to='shop.Kind')";
  CHECK(lowered("somewhere.fields.KindField" + key) == lowered("models.ForeignKey" + key));
  CHECK(lowered("somewhere.fields.OneToOneKind" + key) == lowered("models.OneToOneField" + key));
  CHECK(lowered("somewhere.fields.KindField(to='shop.Kind')") != lowered("models.ForeignKey" + key));
}
