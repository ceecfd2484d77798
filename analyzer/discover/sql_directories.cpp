#include "analyzer/discover/sql_directories.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "analyzer/discover/path.h"

namespace mlint {
namespace {

constexpr std::size_t enough_to_recognise = std::size_t{64} << 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t leading_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

// Numbers inside names compare as numbers: 2 before 10, 1.2 before 1.10.
bool natural_less(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    const std::size_t l = leading_digits(left), r = leading_digits(right);
    if (l > 0 && r > 0) {
      std::string_view a = left.substr(0, l), b = right.substr(0, r);
      a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
      b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
      if (a.size() != b.size()) return a.size() < b.size();
      if (a != b) return a < b;
      left.remove_prefix(l);
      right.remove_prefix(r);
    } else if (left[0] != right[0]) {
      return left[0] < right[0];
    } else {
      left.remove_prefix(1);
      right.remove_prefix(1);
    }
  }
  return left.size() < right.size();
}

// V1__x.sql, U2.1__x.sql, R__x.sql
bool is_flyway(std::string_view name, char letter) {
  if (name.empty() || name[0] != letter || !name.ends_with(".sql")) return false;
  const std::size_t underscores = name.find("__");
  if (underscores == std::string_view::npos) return false;
  const std::string_view version = name.substr(1, underscores - 1);
  if (letter == 'R') return version.empty();
  return !version.empty() && is_digit(version[0]) &&
         version.find_first_not_of("0123456789._") == std::string_view::npos;
}

// Of a name that ends in it: "000001_x.up.sql" and ".up.sql" give "000001_x".
std::optional<std::string_view> without(std::string_view name, std::string_view end) {
  if (!name.ends_with(end)) return std::nullopt;
  return name.substr(0, name.size() - end.size());
}

// Words that only another server's SQL has. Comments are not taken out: a dump says its dialect there too.
bool other_dialect(std::string_view text) {
  const std::string folded = lower(text.substr(0, enough_to_recognise));
  static constexpr std::array<std::string_view, 15> words = {
      "engine=innodb",    "engine = innodb", "auto_increment",   "autoincrement", "pragma ", "engine = mergetree",
      "engine=mergetree", "[dbo]",           " nvarchar",        "varchar2(",     "\ngo\n",  "\ngo\r\n",
      "default charset",  "lowcardinality(", "unsigned not null"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return folded.find(word) != std::string::npos; });
}

// "db/mysql/migrations/1_x.sql", "1_x.mysql.up.sql": one of several servers that the project supports.
bool names_other_server(std::string_view file) {
  static constexpr std::array<std::string_view, 12> servers = {"mysql",      "mariadb",   "sqlite", "sqlite3",
                                                               "clickhouse", "cockroach", "mssql",  "sqlserver",
                                                               "tidb",       "spanner",   "duckdb", "cockroachdb"};
  const std::string folded = lower(file);
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t end = std::min(folded.find_first_of("/.", at), folded.size());
    const std::string_view part = std::string_view(folded).substr(at, end - at);
    if (std::find(servers.begin(), servers.end(), part) != servers.end()) return true;
    at = end + 1;
  }
  return false;
}

// pg_dump and seeds: data and snapshots of a schema, whatever directory they lie in.
bool no_migration_name(std::string_view name) {
  const std::string folded = lower(path::stem(name));
  if (folded == "schema" || folded == "structure" || folded == "init" || folded == "initdb") return true;
  static constexpr std::array<std::string_view, 7> parts = {"dump",   "seed",     "fixture", "backup",
                                                            "sample", "testdata", "mysql"};
  return leading_digits(folded) == 0 && std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
           return folded.find(part) != std::string::npos;
         });
}

// Names are compared as texts: "10_x" comes before "2_x". The other runners take the version for a number.
bool orders_by_text(SqlRunner runner) {
  return runner == SqlRunner::dbmate || runner == SqlRunner::prisma || runner == SqlRunner::supabase;
}

// FileBasedMigrations of diesel: what stands before the first "_", without its dashes.
std::string diesel_version(std::string_view file) {
  std::string version(path::name(path::parent(file)));
  version.resize(std::min(version.find('_'), version.size()));
  std::erase(version, '-');
  return version;
}

bool is_migrations_name(std::string_view directory) {
  const std::string name = lower(path::name(directory));
  return name.ends_with("migrations") || name == "migration" || name == "migrate";
}

class Recogniser {
 public:
  Recogniser(const FileSystem& files, const std::string& root, const std::vector<std::string>& project_files,
             const std::set<std::string>& django_directories)
      : files_(files), root_(root), all_(project_files), django_(django_directories) {}

  FoundSql run() {
    for (const std::string& file : all_) {
      if (!file.ends_with(".sql")) continue;
      ++sql_files_;
      if (!names_other_server(file)) by_directory_[std::string(path::parent(file))].push_back(file);
    }
    nested("up.sql", "down.sql", SqlRunner::diesel);
    nested("migration.sql", "down.sql", SqlRunner::prisma);
    for (const auto& [directory, names] : by_directory_) flat(directory, names);
    std::size_t used = 0;
    for (SqlDirectory& found : found_.directories) used += found.files.size() + found.down_files.size();
    found_.other_files = sql_files_ - std::min(used, sql_files_);
    std::sort(found_.directories.begin(), found_.directories.end(),
              [](const SqlDirectory& a, const SqlDirectory& b) { return a.directory < b.directory; });
    return std::move(found_);
  }

 private:
  std::optional<std::string> read(const std::string& file) const {
    const auto text = files_.read(path::join(root_, file), max_file_size);
    if (!text) return std::nullopt;
    return *text;
  }
  bool has(const std::string& file) const { return std::binary_search(all_.begin(), all_.end(), file); }

  // 2020-01-01-000000_name/up.sql (diesel), 20200101000000_name/migration.sql (Prisma)
  void nested(const std::string& up, const std::string& down, SqlRunner runner) {
    std::map<std::string, SqlDirectory> found;
    for (auto at = by_directory_.begin(); at != by_directory_.end();) {
      const std::string& inner = at->first;
      const std::string file = inner + "/" + up;
      const bool mine = leading_digits(path::name(inner)) > 0 && has(file);
      if (!mine) {
        ++at;
        continue;
      }
      const std::string outer(path::parent(inner));
      SqlDirectory& directory = found[outer];
      directory.files.push_back(file);
      if (has(inner + "/" + down)) directory.down_files[file] = inner + "/" + down;
      at = by_directory_.erase(at);
    }
    for (auto& [outer, directory] : found) {
      directory.directory = outer;
      directory.runner = runner;
      directory.runner_reason = "from `*/" + up + "`";
      if (runner == SqlRunner::prisma) {
        const auto lock = read(path::join(outer, "migration_lock.toml"));
        if (lock) directory.runner_reason = "from `migration_lock.toml`";
        if (lock && lock->find("provider") != std::string::npos && lock->find("postgresql") == std::string::npos &&
            lock->find("cockroachdb") == std::string::npos) {
          continue;
        }
      }
      add(std::move(directory));
    }
  }

  void add(SqlDirectory directory) {
    std::sort(directory.files.begin(), directory.files.end());
    if (!orders_by_text(directory.runner)) std::sort(directory.files.begin(), directory.files.end(), natural_less);
    if (directory.runner == SqlRunner::diesel)
      std::stable_sort(directory.files.begin(), directory.files.end(), [](const std::string& a, const std::string& b) {
        return diesel_version(a) < diesel_version(b);
      });
    std::size_t foreign = 0, asked = 0;
    for (const std::string& file : directory.files) {
      if (asked == 20) break;
      const auto text = read(file);
      ++asked;
      if (text && other_dialect(*text)) ++foreign;
    }
    if (directory.files.empty() || foreign * 2 > asked) return;
    found_.directories.push_back(std::move(directory));
  }

  void flat(const std::string& directory, const std::vector<std::string>& paths) {
    if (django_.contains(directory)) return twins(directory, paths);
    SqlDirectory found;
    found.directory = directory;
    if (drizzle(found) || flyway(found, paths) || up_and_down(found, paths) || annotated(found, paths) ||
        numbered(found, paths)) {
      add_ordered(std::move(found));
    }
  }

  // The journal's order stands for drizzle, Flyway's versions for Flyway.
  void add_ordered(SqlDirectory found) {
    if (found.runner != SqlRunner::drizzle && found.runner != SqlRunner::flyway) return add(std::move(found));
    std::vector<std::string> order = found.files;
    const std::size_t before = found_.directories.size();
    add(std::move(found));
    if (found_.directories.size() > before) found_.directories.back().files = std::move(order);
  }

  void twins(const std::string& directory, const std::vector<std::string>& paths) {
    SqlDirectory found;
    found.directory = directory;
    found.runner = SqlRunner::sqlmigrate_twin;
    found.runner_reason = "beside the Django migration of the same name";
    for (const std::string& file : paths) {
      if (has(directory + "/" + std::string(path::stem(file)) + ".py")) found.files.push_back(file);
    }
    if (!found.files.empty()) found_.directories.push_back(std::move(found));
  }

  bool drizzle(SqlDirectory& found) const {
    const auto journal = read(path::join(found.directory, "meta/_journal.json"));
    if (!journal) return false;
    const auto json = nlohmann::json::parse(*journal, nullptr, false);
    if (!json.is_object() || !json.contains("entries") || !json["entries"].is_array()) return false;
    if (json.value("dialect", nlohmann::json("postgresql")) != "postgresql" && json["dialect"] != "pg") return true;
    for (const auto& entry : json["entries"]) {
      if (!entry.is_object() || !entry.contains("tag") || !entry["tag"].is_string()) continue;
      const std::string file = path::join(found.directory, entry["tag"].get<std::string>() + ".sql");
      if (has(file)) found.files.push_back(file);
    }
    found.runner = SqlRunner::drizzle;
    found.runner_reason = "from `meta/_journal.json`";
    return true;
  }

  static bool flyway(SqlDirectory& found, const std::vector<std::string>& paths) {
    std::vector<std::string> repeatable, undo;
    for (const std::string& file : paths) {
      const std::string_view name = path::name(file);
      if (is_flyway(name, 'V') || is_flyway(name, 'B')) found.files.push_back(file);
      if (is_flyway(name, 'R')) repeatable.push_back(file);
      if (is_flyway(name, 'U')) undo.push_back(file);
    }
    if (found.files.empty()) {
      found.files.clear();
      return false;
    }
    const auto version = [](std::string_view file) {
      const std::string_view name = path::name(file);
      std::string text(name.substr(1, name.find("__") - 1));
      std::replace(text.begin(), text.end(), '_', '.');
      return text;
    };
    std::sort(found.files.begin(), found.files.end(),
              [&](const std::string& a, const std::string& b) { return natural_less(version(a), version(b)); });
    for (const std::string& down : undo) {
      for (const std::string& up : found.files) {
        if (version(up) == version(down)) found.down_files[up] = down;
      }
    }
    found.files.insert(found.files.end(), repeatable.begin(), repeatable.end());
    found.runner = SqlRunner::flyway;
    found.runner_reason = "from `" + std::string(path::name(found.files.front())) + "`";
    return true;
  }

  // A Rust project's Cargo.toml, at or above the directory, names sqlx.
  bool uses_sqlx(const std::string& directory) const {
    for (std::string_view at = directory;; at = path::parent(at)) {
      const auto cargo = read(path::join(at, "Cargo.toml"));
      if (cargo && cargo->find("sqlx") != std::string::npos) return true;
      if (at.empty()) return false;
    }
  }

  // 000001_x.up.sql, 000001_x.down.sql: golang-migrate, or sqlx's reversible form.
  bool up_and_down(SqlDirectory& found, const std::vector<std::string>& paths) const {
    for (const std::string& file : paths) {
      const auto stem = without(file, ".up.sql");
      if (!stem || leading_digits(path::name(file)) == 0) continue;
      found.files.push_back(file);
      const std::string down = std::string(*stem) + ".down.sql";
      if (has(down)) found.down_files[file] = down;
    }
    if (found.files.empty()) return false;
    const bool sqlx = uses_sqlx(found.directory);
    found.runner = sqlx ? SqlRunner::sqlx : SqlRunner::golang_migrate;
    found.runner_reason = sqlx ? "from `Cargo.toml` and `*.up.sql`" : "from `*.up.sql`";
    return true;
  }

  bool annotated(SqlDirectory& found, const std::vector<std::string>& paths) const {
    struct Mark {
      std::string_view text;
      SqlRunner runner;
    };
    static constexpr std::array<Mark, 3> marks = {{{"-- +goose Up", SqlRunner::goose},
                                                   {"-- migrate:up", SqlRunner::dbmate},
                                                   {"-- +migrate Up", SqlRunner::goose}}};
    for (const std::string& file : paths) {
      const auto text = read(file);
      if (!text) continue;
      for (const Mark& mark : marks) {
        if (text->find(mark.text) == std::string::npos) continue;
        if (found.files.empty()) {
          found.runner = mark.runner;
          found.runner_reason = "from `" + std::string(mark.text) + "`";
        }
        found.files.push_back(file);
        break;
      }
    }
    return !found.files.empty();
  }

  bool numbered(SqlDirectory& found, const std::vector<std::string>& paths) const {
    const bool named = is_migrations_name(found.directory);
    const bool below = is_migrations_name(path::parent(found.directory));
    if (!named && !below) return false;
    for (const std::string& file : paths) {
      const std::string_view name = path::name(file);
      if (no_migration_name(name) || name.ends_with(".down.sql")) continue;
      if (!named && leading_digits(name) == 0) continue;
      const auto text = read(file);
      if (text && text->find("PostgreSQL database dump") != std::string::npos) continue;
      found.files.push_back(file);
    }
    if (found.files.empty()) return false;
    const bool timestamps = std::all_of(found.files.begin(), found.files.end(),
                                        [](const std::string& file) { return leading_digits(path::name(file)) > 0; });
    if (path::name(path::parent(found.directory)) == "supabase" && timestamps) {
      found.runner = SqlRunner::supabase;
      found.runner_reason = "from `supabase/migrations`";
    } else if (timestamps && uses_sqlx(found.directory)) {
      found.runner = SqlRunner::sqlx;
      found.runner_reason = "from `Cargo.toml`";
    } else {
      found.runner = SqlRunner::plain;
      found.runner_reason = "directory named `" +
                            std::string(path::name(named ? found.directory : path::parent(found.directory))) +
                            "`, no runner recognised";
    }
    return true;
  }

  const FileSystem& files_;
  const std::string& root_;
  const std::vector<std::string>& all_;
  const std::set<std::string>& django_;
  std::map<std::string, std::vector<std::string>> by_directory_;
  std::size_t sql_files_ = 0;
  FoundSql found_;
};

}  // namespace

FoundSql find_sql_directories(const FileSystem& files, const std::string& root,
                              const std::vector<std::string>& project_files,
                              const std::set<std::string>& django_directories) {
  return Recogniser(files, root, project_files, django_directories).run();
}

}  // namespace mlint
