#include <algorithm>
#include <array>

#include "analyzer/discover/path.h"
#include "analyzer/discover/workspace.h"

// What each runner does with a file: which part goes up, and in which transaction.
namespace mlint {
namespace {

Span whole(std::string_view text) { return {0, static_cast<std::uint32_t>(text.size())}; }

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

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

// Flyway looks at each statement and runs a file without a transaction when all of them refuse one; a file that mixes
// both kinds it refuses (measured with 10.20.1).
bool holds_refusing_statement(std::string_view text) {
  bool found = false;
  each_line(text, [&](std::string_view line, std::uint32_t, std::uint32_t) {
    std::string folded(line.substr(0, line.find("--")));
    std::transform(folded.begin(), folded.end(), folded.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    static constexpr std::array<std::string_view, 6> starts = {"VACUUM",       "CREATE DATABASE",   "DROP DATABASE",
                                                               "ALTER SYSTEM", "CREATE TABLESPACE", "DROP TABLESPACE"};
    found = found || folded.find(" CONCURRENTLY") != std::string::npos ||
            std::any_of(starts.begin(), starts.end(), [&](std::string_view it) { return folded.starts_with(it); });
  });
  return found;
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

SqlParts flyway(const FileSystem& files, const std::string& path, std::string_view text) {
  SqlParts parts{{whole(text)}, {}, SqlTransaction::file, {}};
  if (says(files, path + ".conf", "executeInTransaction", "false")) {
    parts.transaction = SqlTransaction::none;
    parts.reason = "`executeInTransaction=false`";
  } else if (holds_refusing_statement(text)) {
    parts.transaction = SqlTransaction::query;
    parts.reason = "Flyway runs a file whose statement refuses a transaction without one";
  }
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
      parts = flyway(files, path, text);
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
