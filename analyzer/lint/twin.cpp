#include "analyzer/lint/twin.h"

#include <algorithm>
#include <regex>
#include <vector>

#include "parsers/sql/parse.h"

namespace mlint {
namespace {

struct Sent {
  std::string text;
  Span span;
  std::uint64_t fingerprint = 0;
};

bool is_frame(const Operation& operation) {
  const auto* transaction = operation.as<Transaction>();
  return transaction != nullptr &&
         (transaction->kind == Transaction::Kind::begin || transaction->kind == Transaction::Kind::commit);
}

void add(std::string_view text, std::vector<Sent>& into) {
  for (const sql::ParsedStatement& statement : sql::parse(text).statements) {
    if (statement.operations.empty() || is_frame(statement.operations[0])) continue;
    const std::string written(text.substr(statement.span.begin, statement.span.end - statement.span.begin));
    into.push_back({written, statement.span, statement.operations[0].fingerprint});
  }
}

// A clock, a random source or code of the project makes the value anew each time (what stands here for one that code
// makes of a number or a truth is 0 or false), and the drivers spell times each in its own way.
bool has_no_one_spelling(const std::string& text) {
  static const std::regex value(
      "'<[^']*>'|'[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-|DEFAULT (0|0\\.0|false|'\\{\\}')|"
      "'::(timestamp|timestamptz|date|time|interval|bytea)");
  return std::regex_search(text, value);
}

std::string without_values(const std::string& text) {
  static const std::regex value("(DEFAULT|=) ('([^']|'')*'|[-0-9.]+|true|false)(::[a-z]+)?|[ \t\r\n]+");
  return std::regex_replace(text, value, " ");
}

bool same(const Sent& text, const Sent& executed) {
  if (text.fingerprint == executed.fingerprint && text.fingerprint != 0) return true;
  return has_no_one_spelling(executed.text) && without_values(text.text) == without_values(executed.text);
}

// What sqlmigrate may leave out: it asks a catalogue that earlier operations of the migration have not changed.
bool asks_catalogue(const std::string& text) {
  return text.find("DROP CONSTRAINT") != std::string::npos || text.find("DROP INDEX") != std::string::npos ||
         text.find("SET CONSTRAINTS") != std::string::npos || text.find("ADD CONSTRAINT") != std::string::npos ||
         text.find("ALTER SEQUENCE") != std::string::npos;
}

}  // namespace

std::optional<TwinDifference> compare_with_twin(const django::LoweredMigration& lowered, std::string_view text,
                                                FileId file) {
  if (!lowered.unknown.empty() || lowered.fails) return std::nullopt;
  std::vector<Sent> printed, executed;
  add(text, printed);
  for (const django::LoweredStatement& statement : lowered.statements) add(statement.sql, executed);
  // In any order: some statements come from a set.
  std::vector<const Sent*> left;
  for (const Sent& statement : executed) left.push_back(&statement);
  const Sent* extra = nullptr;
  for (const Sent& statement : printed) {
    const auto found = std::find_if(left.begin(), left.end(), [&](const Sent* it) { return same(statement, *it); });
    if (found != left.end()) {
      left.erase(found);
    } else if (extra == nullptr) {
      extra = &statement;
    }
  }
  const auto missing = std::find_if(left.begin(), left.end(), [](const Sent* it) { return !asks_catalogue(it->text); });
  if (extra == nullptr && missing == left.end()) return std::nullopt;
  TwinDifference difference;
  if (extra != nullptr) difference.only_in_text = extra->text;
  if (missing != left.end()) difference.only_executed = (*missing)->text;
  difference.location = {file, extra != nullptr ? extra->span : Span{0, 0}};
  return difference;
}

}  // namespace mlint
