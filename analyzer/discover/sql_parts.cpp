#include <algorithm>
#include <array>

#include "analyzer/base/trimmed.h"
#include "analyzer/discover/path.h"
#include "analyzer/discover/workspace.h"
#include "parsers/sql/parse.h"

// What each runner does with a file: which part goes up, and in which transaction.
namespace mlint {
namespace {

Span whole(std::string_view text) { return {0, static_cast<std::uint32_t>(text.size())}; }

// Calls take(line without its ending, offset of the line, offset of the next).
template <class Take>
void each_line(std::string_view text, Take take) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::size_t next = std::min(end + 1, text.size());
    take(trimmed(text.substr(at, end - at)), static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(next));
    at = next;
  }
}

// goose and sql-migrate ("-- +goose Up", "-- +migrate Up notransaction"), dbmate ("-- migrate:up transaction:false").
SqlParts annotated(std::string_view text) {
  SqlParts parts;
  parts.transaction = SqlTransaction::file;
  std::vector<Span>* into = nullptr;
  std::uint32_t begin = 0;
  const auto close = [&](std::uint32_t end) {
    if (into != nullptr && end > begin) into->push_back({begin, end});
  };
  each_line(text, [&](std::string_view line, std::uint32_t at, std::uint32_t next) {
    if (!line.starts_with("--")) return;
    std::string_view mark = trimmed(line.substr(2));
    for (std::string_view tool : {"+goose", "+migrate", "migrate:"}) {
      if (!mark.starts_with(tool)) continue;
      mark = trimmed(mark.substr(tool.size()));
      if (mark.starts_with("Up") || mark.starts_with("up")) {
        close(at);
        into = &parts.up;
        begin = next;
      } else if (mark.starts_with("Down") || mark.starts_with("down")) {
        close(at);
        into = &parts.down;
        begin = next;
      }
      const bool switched_off = mark.starts_with("NO TRANSACTION") ||
                                mark.find("notransaction") != std::string_view::npos ||
                                mark.find("transaction:false") != std::string_view::npos;
      if (switched_off && (into != &parts.down || mark.starts_with("NO TRANSACTION"))) {
        // dbmate still sends the file as one query (measured with 2.36.0), the others statement by statement.
        parts.transaction = tool == "migrate:" ? SqlTransaction::query : SqlTransaction::none;
        parts.reason = "`" + std::string(line) + "`";
      }
      return;
    }
  });
  close(static_cast<std::uint32_t>(text.size()));
  return parts;
}

// As Flyway looks at a statement: upper case, one blank between words; its beginning.
std::string folded_to(std::size_t enough, std::string_view statement) {
  std::string folded;
  for (const char c : statement) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (blank && (folded.empty() || folded.back() == ' ')) continue;
    folded += blank ? ' ' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (folded.size() == enough) break;
  }
  return folded;
}

// What Flyway takes for a statement that refuses a transaction: PostgreSQLParser.detectCanExecuteInTransaction, the
// same from 9 to 11. REINDEX TABLE CONCURRENTLY and DETACH PARTITION CONCURRENTLY are not among them.
bool flyway_knows_as_refusing(std::string_view statement) {
  static constexpr std::array<std::string_view, 19> starts = {"CREATE DATABASE",
                                                              "DROP DATABASE",
                                                              "CREATE TABLESPACE",
                                                              "DROP TABLESPACE",
                                                              "CREATE SUBSCRIPTION",
                                                              "DROP SUBSCRIPTION",
                                                              "ALTER SYSTEM",
                                                              "VACUUM",
                                                              "DISCARD ALL",
                                                              "CREATE INDEX CONCURRENTLY",
                                                              "DROP INDEX CONCURRENTLY",
                                                              "CREATE UNIQUE INDEX CONCURRENTLY",
                                                              "REINDEX SCHEMA",
                                                              "REINDEX DATABASE",
                                                              "REINDEX SYSTEM",
                                                              "REINDEX VERBOSE SCHEMA",
                                                              "REINDEX VERBOSE DATABASE",
                                                              "REINDEX VERBOSE SYSTEM",
                                                              "DROP UNIQUE INDEX CONCURRENTLY"};
  const std::string folded = folded_to(60, statement);
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view it) { return folded.starts_with(it); });
}

// Parsing takes time, and hardly any file has one of them.
bool may_refuse(std::string_view text) {
  static constexpr std::array<std::string_view, 8> words = {"CONCURRENTLY", "VACUUM",       "DATABASE", "TABLESPACE",
                                                            "SYSTEM",       "SUBSCRIPTION", "DISCARD",  "REINDEX"};
  const std::string folded = folded_to(text.size(), text);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return folded.find(word) != std::string::npos; });
}

bool says(const FileSystem& files, const std::string& path, std::string_view key, std::string_view value) {
  const auto text = files.read(path, max_file_size);
  if (!text) return false;
  bool found = false;
  each_line(*text, [&](std::string_view line, std::uint32_t, std::uint32_t) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    found = found || (trimmed(line.substr(0, equals)) == key && trimmed(line.substr(equals + 1)) == value);
  });
  return found;
}

bool flyway_setting(const FileSystem& files, const std::string& root, std::string_view name, std::string_view value) {
  const std::string dotted = "flyway." + std::string(name);
  return says(files, path::join(root, "flyway.conf"), dotted, value) ||
         says(files, path::join(root, "conf/flyway.conf"), dotted, value) ||
         says(files, path::join(root, "flyway.toml"), name, value);
}

// Flyway runs a file without a transaction when every statement of it refuses one, each statement by itself; a file
// that mixes both kinds it refuses, unless `mixed` is set (ParserSqlScript; measured with 10.20.1).
SqlParts flyway(const FileSystem& files, const std::string& root, const std::string& path, std::string_view text) {
  SqlParts parts{{whole(text)}, {}, SqlTransaction::file, {}};
  const auto outside = [&](std::string reason) {
    parts.transaction = SqlTransaction::none;
    parts.reason = std::move(reason);
    return parts;
  };
  if (says(files, path + ".conf", "executeInTransaction", "false")) return outside("`executeInTransaction=false`");
  if (says(files, path + ".conf", "executeInTransaction", "true")) return parts;
  if (flyway_setting(files, root, "executeInTransaction", "false")) return outside("`executeInTransaction=false`");
  if (!may_refuse(text)) return parts;
  std::size_t refusing = 0;
  const sql::ParsedSql parsed = sql::parse(text);
  for (const sql::ParsedStatement& statement : parsed.statements)
    refusing += flyway_knows_as_refusing(text.substr(statement.span.begin, statement.span.end - statement.span.begin))
                    ? 1U
                    : 0U;
  if (refusing > 0 && refusing == parsed.statements.size())
    return outside("Flyway runs a file whose statements refuse a transaction without one");
  if (refusing > 0 && flyway_setting(files, root, "mixed", "true")) return outside("`flyway.mixed=true`");
  return parts;
}

// sqlx and diesel send the file as one query then, whose statements form an implicit transaction.
SqlParts sqlx(std::string_view text) {
  SqlParts parts{{whole(text)}, {}, SqlTransaction::file, {}};
  if (text.starts_with("-- no-transaction")) {
    parts.transaction = SqlTransaction::query;
    parts.reason = "`-- no-transaction`";
  }
  return parts;
}

SqlParts diesel(const FileSystem& files, const std::string& path, std::string_view text) {
  SqlParts parts{{whole(text)}, {}, SqlTransaction::file, {}};
  const std::string metadata = path::join(path::parent(path), "metadata.toml");
  if (says(files, metadata, "run_in_transaction", "false")) {
    parts.transaction = SqlTransaction::query;
    parts.reason = "`run_in_transaction = false`";
  }
  return parts;
}

}  // namespace

SqlParts parts_of(const FileSystem& files, const Project& project, const SqlDirectory& directory,
                  const std::string& file, std::string_view text) {
  const std::string path = path::join(project.root, file);
  SqlParts parts{{whole(text)}, {}, SqlTransaction::none, {}};
  switch (directory.runner) {
    case SqlRunner::goose:
    case SqlRunner::dbmate:
      return annotated(text);
    case SqlRunner::flyway:
      parts = flyway(files, project.root, path, text);
      break;
    case SqlRunner::sqlx:
      parts = sqlx(text);
      break;
    case SqlRunner::diesel:
      parts = diesel(files, path, text);
      break;
    case SqlRunner::golang_migrate:
    case SqlRunner::prisma:
    case SqlRunner::supabase:
      parts.transaction = SqlTransaction::query;
      break;
    case SqlRunner::drizzle:
      parts.transaction = SqlTransaction::all_pending;
      break;
    case SqlRunner::none:
    case SqlRunner::sqlmigrate_twin:
    case SqlRunner::plain:
      break;
  }
  const bool is_down = std::any_of(directory.down_files.begin(), directory.down_files.end(),
                                   [&](const auto& pair) { return pair.second == file; });
  if (is_down) std::swap(parts.up, parts.down);
  return parts;
}

std::string_view name_of(SqlRunner runner) {
  switch (runner) {
    case SqlRunner::none:
      return "none";
    case SqlRunner::flyway:
      return "Flyway";
    case SqlRunner::golang_migrate:
      return "golang-migrate";
    case SqlRunner::goose:
      return "goose";
    case SqlRunner::dbmate:
      return "dbmate";
    case SqlRunner::sqlx:
      return "sqlx";
    case SqlRunner::diesel:
      return "diesel";
    case SqlRunner::prisma:
      return "Prisma";
    case SqlRunner::drizzle:
      return "drizzle";
    case SqlRunner::supabase:
      return "Supabase";
    case SqlRunner::sqlmigrate_twin:
      return "sqlmigrate";
    case SqlRunner::plain:
      return "plain SQL";
  }
  return "none";
}

}  // namespace mlint
