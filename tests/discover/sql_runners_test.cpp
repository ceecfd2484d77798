#include <catch2/catch.hpp>

#include "analyzer/discover/workspace.h"

using namespace mlint;

namespace {

using Files = std::map<std::string, std::string>;

struct Look {
  std::unique_ptr<FileSystem> below = disk();
  std::unique_ptr<FileSystem> files;
  Workspace workspace;

  explicit Look(const Files& given) {
    Files placed;
    for (const auto& [path, text] : given) placed["/nowhere/" + path] = text;
    placed["/nowhere/.git/HEAD"] = "";
    files = overlay(*below, std::move(placed));
    DiscoverOptions where;
    where.paths = {"/nowhere"};
    auto found = discover(*files, where);
    REQUIRE(found);
    workspace = *std::move(found);
  }

  const Project& project() const {
    REQUIRE(workspace.projects.size() == 1);
    return workspace.projects[0];
  }
  const SqlDirectory& directory() const {
    REQUIRE(project().sql_directories.size() == 1);
    return project().sql_directories[0];
  }
  SqlParts parts(const std::string& file) const {
    const auto text = files->read("/nowhere/" + file, max_file_size);
    REQUIRE(text);
    return parts_of(*files, project(), directory(), file, *text);
  }
  // What goes up, or down, as text.
  std::string run(const std::string& file, bool up = true) const {
    const auto text = files->read("/nowhere/" + file, max_file_size);
    REQUIRE(text);
    std::string result;
    const SqlParts found = parts(file);
    for (const Span& part : up ? found.up : found.down) result += text->substr(part.begin, part.end - part.begin);
    return result;
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("Flyway: versions as numbers, repeatable ones last, undo apart", "[discover][runners]") {
  const Look look({{"db/V10__c.sql", "SELECT 10;"},
                   {"db/V2__b.sql", "SELECT 2;"},
                   {"db/V1_1__a.sql", "CREATE INDEX CONCURRENTLY i ON t (a);"},
                   {"db/U2__b.sql", "SELECT -2;"},
                   {"db/R__view.sql", "SELECT 0;"},
                   {"db/V3__x.sql", "SELECT 3;"},
                   {"db/V3__x.sql.conf", "executeInTransaction=false\n"}});
  CHECK(look.directory().runner == SqlRunner::flyway);
  CHECK(look.directory().files ==
        Names{"db/V1_1__a.sql", "db/V2__b.sql", "db/V3__x.sql", "db/V10__c.sql", "db/R__view.sql"});
  CHECK(look.directory().down_files.at("db/V2__b.sql") == "db/U2__b.sql");
  CHECK(look.parts("db/V2__b.sql").transaction == SqlTransaction::file);
  CHECK(look.parts("db/V3__x.sql").transaction == SqlTransaction::none);
  CHECK(look.parts("db/V1_1__a.sql").transaction == SqlTransaction::none);
}

TEST_CASE("Flyway runs a file outside of transactions when all of its statements refuse one", "[discover][runners]") {
  const std::string two = "-- VACUUM\nCREATE INDEX\n  CONCURRENTLY i ON t (a);\nDROP INDEX CONCURRENTLY j;\n";
  const std::string mixture = "ALTER TABLE t ADD a int;\n" + two;
  const Look look({{"db/V1__a.sql", two},
                   {"db/V2__b.sql", mixture},
                   {"db/V3__c.sql", "REINDEX TABLE CONCURRENTLY t;"},
                   {"db/V4__d.sql", "ALTER TABLE p DETACH PARTITION q CONCURRENTLY;"},
                   {"db/V5__e.sql", "REFRESH MATERIALIZED VIEW CONCURRENTLY v;"},
                   {"db/V6__f.sql", two},
                   {"db/V6__f.sql.conf", "executeInTransaction=true"}});
  CHECK(look.parts("db/V1__a.sql").transaction == SqlTransaction::none);
  for (const char* file : {"V2__b", "V3__c", "V4__d", "V5__e", "V6__f"}) {
    INFO(file);
    CHECK(look.parts(std::string("db/") + file + ".sql").transaction == SqlTransaction::file);
  }
  const Look mixed({{"db/V1__a.sql", mixture}, {"db/V2__b.sql", "SELECT 1;"}, {"flyway.conf", "flyway.mixed=true\n"}});
  CHECK(mixed.parts("db/V1__a.sql").transaction == SqlTransaction::none);
  CHECK(mixed.parts("db/V2__b.sql").transaction == SqlTransaction::file);
}

TEST_CASE("golang-migrate sends a file as one query", "[discover][runners]") {
  const Look look({{"m/000001_a.up.sql", "SELECT 1;"}, {"m/000001_a.down.sql", "SELECT -1;"}});
  CHECK(look.directory().runner == SqlRunner::golang_migrate);
  CHECK(look.directory().files == Names{"m/000001_a.up.sql"});
  CHECK(look.directory().down_files.at("m/000001_a.up.sql") == "m/000001_a.down.sql");
  CHECK(look.parts("m/000001_a.up.sql").transaction == SqlTransaction::query);
  CHECK(look.run("m/000001_a.down.sql").empty());
  CHECK(look.run("m/000001_a.down.sql", false) == "SELECT -1;");
}

TEST_CASE("goose and dbmate mark both ways in one file", "[discover][runners]") {
  const Look goose({{"m/001_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT -1;\n"},
                    {"m/002_b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 2;\n"}});
  CHECK(goose.directory().runner == SqlRunner::goose);
  CHECK(goose.run("m/001_a.sql") == "SELECT 1;\n");
  CHECK(goose.run("m/001_a.sql", false) == "SELECT -1;\n");
  CHECK(goose.parts("m/001_a.sql").transaction == SqlTransaction::file);
  CHECK(goose.parts("m/002_b.sql").transaction == SqlTransaction::none);
  const Look dbmate(
      {{"db/migrations/1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT -1;\n"},
       {"db/migrations/2_b.sql", "-- migrate:up transaction:false\nSELECT 2;\n"},
       {"db/migrations/3_c.sql", "-- migrate:up\nSELECT 3;\n-- migrate:down transaction:false\nSELECT -3;\n"}});
  CHECK(dbmate.directory().runner == SqlRunner::dbmate);
  CHECK(dbmate.run("db/migrations/1_a.sql") == "SELECT 1;\n");
  CHECK(dbmate.parts("db/migrations/1_a.sql").transaction == SqlTransaction::file);
  CHECK(dbmate.parts("db/migrations/2_b.sql").transaction == SqlTransaction::query);
  CHECK(dbmate.parts("db/migrations/3_c.sql").transaction == SqlTransaction::file);
}

TEST_CASE("sqlx, diesel and Prisma", "[discover][runners]") {
  const Look sqlx({{"Cargo.toml", "[dependencies]\nsqlx = \"0.7\"\n"},
                   {"migrations/20200101000000_a.sql", "SELECT 1;"},
                   {"migrations/20200102000000_b.sql", "-- no-transaction\nSELECT 2;"}});
  CHECK(sqlx.directory().runner == SqlRunner::sqlx);
  CHECK(sqlx.parts("migrations/20200101000000_a.sql").transaction == SqlTransaction::file);
  CHECK(sqlx.parts("migrations/20200102000000_b.sql").transaction == SqlTransaction::query);
  const Look diesel({{"migrations/2020-01-01-000000_a/up.sql", "SELECT 1;"},
                     {"migrations/2020-01-01-000000_a/down.sql", "SELECT -1;"},
                     {"migrations/2020-01-02-000000_b/up.sql", "SELECT 2;"},
                     {"migrations/2020-01-02-000000_b/metadata.toml", "run_in_transaction = false\n"}});
  CHECK(diesel.directory().runner == SqlRunner::diesel);
  CHECK(diesel.directory().files.size() == 2);
  CHECK(diesel.parts("migrations/2020-01-01-000000_a/up.sql").transaction == SqlTransaction::file);
  CHECK(diesel.parts("migrations/2020-01-02-000000_b/up.sql").transaction == SqlTransaction::query);
  const Look prisma({{"prisma/migrations/20200101000000_a/migration.sql", "SELECT 1;"},
                     {"prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"}});
  CHECK(prisma.directory().runner == SqlRunner::prisma);
  CHECK(prisma.parts("prisma/migrations/20200101000000_a/migration.sql").transaction == SqlTransaction::query);
}

TEST_CASE("drizzle follows its journal, Supabase its folder, another server's SQL is none", "[discover][runners]") {
  const Look drizzle({{"drizzle/0001_b.sql", "SELECT 1;"},
                      {"drizzle/0000_a.sql", "SELECT 0;"},
                      {"drizzle/meta/_journal.json",
                       R"({"dialect":"postgresql","entries":[{"tag":"0001_b"},{"tag":"0000_a"},{"tag":"gone"}]})"}});
  CHECK(drizzle.directory().runner == SqlRunner::drizzle);
  CHECK(drizzle.directory().files == Names{"drizzle/0001_b.sql", "drizzle/0000_a.sql"});
  CHECK(drizzle.parts("drizzle/0000_a.sql").transaction == SqlTransaction::all_pending);
  const Look supabase(Files{{"supabase/migrations/20200101000000_a.sql", "SELECT 1;"}});
  CHECK(supabase.directory().runner == SqlRunner::supabase);
  CHECK(supabase.parts("supabase/migrations/20200101000000_a.sql").transaction == SqlTransaction::query);
  const Look mysql(Files{{"migrations/001_a.sql", "CREATE TABLE t (id int AUTO_INCREMENT) ENGINE=InnoDB;"}});
  for (const Project& project : mysql.workspace.projects) CHECK(project.sql_directories.empty());
}
