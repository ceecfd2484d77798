#include "analyzer/lint/sql_unit.h"

#include <algorithm>
#include <cctype>

namespace mlint {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// `-- +goose Up`: a line that says which part follows. Blanks and case are free.
std::string directive_of(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || !line.substr(begin).starts_with("--")) return {};
  std::string words;
  for (const char c : lower(line.substr(begin + 2))) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (blank && (words.empty() || words.back() == ' ')) continue;
    words += blank ? ' ' : c;
  }
  while (words.ends_with(' ')) words.pop_back();
  return words;
}

template <class Visit>
void each_line(std::string_view text, Visit visit) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    visit(begin, std::min(end + 1, text.size()), text.substr(begin, end - begin));
    begin = end + 1;
  }
}

struct Markers {
  std::string_view up, down, no_transaction;
};

// Parts between markers; everything before the first one is run too (settings, comments).
SqlUnit by_markers(std::string_view text, const Markers& markers) {
  SqlUnit unit{.atomic = true, .text = std::string(text)};
  bool up = true;
  each_line(text, [&](std::size_t begin, std::size_t end, std::string_view line) {
    const std::string directive = directive_of(line);
    if (directive.starts_with(markers.up)) up = true;
    if (directive.starts_with(markers.down)) up = false;
    if (!directive.empty() && directive.find(markers.no_transaction) != std::string::npos) unit.atomic = false;
    if (up) return;
    for (std::size_t i = begin; i < end; ++i) {
      if (unit.text[i] != '\n' && unit.text[i] != '\r') unit.text[i] = ' ';
    }
  });
  return unit;
}

bool has_directive(std::string_view text, std::string_view wanted) {
  bool found = false;
  each_line(text, [&](std::size_t, std::size_t, std::string_view line) {
    found = found || directive_of(line).starts_with(wanted);
  });
  return found;
}

// `000002_add_x.down.sql`, diesel's `down.sql`, and Flyway's `U2__add_x.sql`.
bool undoes(std::string_view path) {
  const std::string name = lower(path.substr(path.rfind('/') + 1));
  if (name == "down.sql" || name.ends_with(".down.sql") || name.ends_with("_down.sql")) return true;
  return name.size() > 1 && name[0] == 'u' && std::isdigit(static_cast<unsigned char>(name[1])) != 0 &&
         name.find("__") != std::string::npos;
}

}  // namespace

// Transaction models: goose, dbmate, sqlx, diesel and Flyway open one a file unless told otherwise; golang-migrate and
// Prisma send the file as one multi-statement query, an implicit transaction, and the Supabase CLI does the same a
// file; drizzle runs all pending files in one.
SqlUnit sql_unit(SqlRunner runner, std::string_view path, std::string_view text) {
  SqlUnit unit{.text = std::string(text)};
  switch (runner) {
    case SqlRunner::goose:
      unit = by_markers(text, {"+goose up", "+goose down", "+goose no transaction"});
      break;
    case SqlRunner::dbmate:
      unit = by_markers(text, {"migrate:up", "migrate:down", "transaction:false"});
      break;
    case SqlRunner::sqlx:
      unit.atomic = !has_directive(text, "no-transaction");
      break;
    case SqlRunner::flyway:
    case SqlRunner::diesel:
    case SqlRunner::golang_migrate:
    case SqlRunner::prisma:
    case SqlRunner::supabase:
      unit.atomic = true;
      break;
    case SqlRunner::drizzle:
      unit.atomic = unit.joins_files = true;
      break;
    case SqlRunner::none:
    case SqlRunner::plain:
    case SqlRunner::sqlmigrate_twin:
      break;
  }
  unit.forwards = !undoes(path);
  return unit;
}

}  // namespace mlint
