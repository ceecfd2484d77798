#include "analyzer/lint/twin.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "parsers/sql/lexer.h"

namespace mlint {
namespace {

struct Sent {
  std::string text;
  Span span;
  std::uint64_t fingerprint = 0;
  const django::ModelOperation* by = nullptr;  // of what is executed; null: not known
};

// "2", "2.database_operations.0", "3.sql[1]"
const django::ModelOperation* operation_at(const django::Migration& migration, std::string_view path) {
  const std::vector<django::ModelOperation>* among = &migration.operations;
  const django::ModelOperation* found = nullptr;
  while (true) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), index);
    if (error != std::errc() || index >= among->size()) return found;
    found = &(*among)[index];
    path.remove_prefix(static_cast<std::size_t>(end - path.data()));
    constexpr std::string_view nested = ".database_operations.";
    if (!path.starts_with(nested)) return found;
    path.remove_prefix(nested.size());
    among = &found->database_operations;
  }
}

bool is_frame(const Operation& operation) {
  const auto* transaction = operation.as<Transaction>();
  return transaction != nullptr &&
         (transaction->kind == Transaction::Kind::begin || transaction->kind == Transaction::Kind::commit);
}

void add(std::string_view text, const django::ModelOperation* by, std::vector<Sent>& into) {
  for (const sql::ParsedStatement& statement : sql::parse(text).statements) {
    if (statement.operations.empty() || is_frame(statement.operations[0])) continue;
    const std::string written(text.substr(statement.span.begin, statement.span.end - statement.span.begin));
    into.push_back({written, statement.span, statement.operations[0].fingerprint, by});
  }
}

// The tokens of a statement as they are written.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const sql::Token& token : sql::tokenize(text)) {
    words.push_back(text.substr(token.span.begin, token.span.end - token.span.begin));
  }
  return words;
}

bool is_value(std::string_view word) {
  return word.front() == '\'' || (word.front() >= '0' && word.front() <= '9') || word == "true" || word == "false";
}

// 'xxxxxxxx-xxxx-4xxx-…
bool is_random_uuid(std::string_view word) {
  return word.size() == 38 && word[9] == '-' && word[14] == '-' && word[15] == '4';
}

// The field writes its default out: nothing stands for what code makes.
bool writes_default(const django::ModelOperation* by) {
  const py::Value* field = by == nullptr ? nullptr : by->argument("field");
  const auto* call = field == nullptr ? nullptr : field->as<py::Call>();
  return call != nullptr && std::any_of(call->keywords.begin(), call->keywords.end(), [](const py::Keyword& given) {
           if (given.name != "default" || given.value == nullptr) return false;
           const py::Value& value = *given.value;
           return value.is<py::Integer>() || value.is<py::Float>() || value.is<py::Boolean>() || value.is<py::String>();
         });
}

// A clock, a random source or code of the project makes the value anew each time (what stands here for one that code
// makes of a number or a truth is 0 or false), and the drivers spell times each in its own way.
bool has_no_one_spelling(const std::vector<std::string_view>& words, bool default_written) {
  constexpr std::array<std::string_view, 4> made_by_code = {"0", "0.0", "false", "'{}'"};
  constexpr std::array<std::string_view, 6> of_driver = {"timestamp", "timestamptz", "date",
                                                         "time",      "interval",    "bytea"};
  const auto is_in = [](const auto& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if ((word.starts_with("'<") && word.ends_with(">'")) || is_random_uuid(word)) return true;
    if (!default_written && word == "DEFAULT" && i + 1 < words.size() && is_in(made_by_code, words[i + 1])) return true;
    if (word.front() == '\'' && i + 2 < words.size() && words[i + 1] == "::" && is_in(of_driver, words[i + 2]))
      return true;
  }
  return false;
}

// With what DEFAULT and `=` give left out, and its cast.
std::vector<std::string_view> without_values(const std::vector<std::string_view>& words) {
  std::vector<std::string_view> kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    kept.push_back(words[i]);
    if (words[i] != "DEFAULT" && words[i] != "=") continue;
    const std::size_t value = i + 1 < words.size() && words[i + 1] == "-" ? i + 2 : i + 1;
    if (value >= words.size() || !is_value(words[value])) continue;
    i = value;
    if (i + 2 < words.size() && words[i + 1] == "::") i += 2;
  }
  return kept;
}

bool same(const Sent& text, const Sent& executed) {
  if (text.fingerprint == executed.fingerprint && text.fingerprint != 0) return true;
  const auto words = words_of(executed.text);
  return has_no_one_spelling(words, writes_default(executed.by)) &&
         without_values(words_of(text.text)) == without_values(words);
}

// What sqlmigrate may leave out: a change of a field asks a catalogue that earlier operations of the migration have not
// changed for what stands on the column. What has a name of its own in the migration is always printed.
bool asks_catalogue(const Sent& executed) {
  const std::string_view by = executed.by == nullptr ? std::string_view() : executed.by->known_as;
  const bool changes_field = by.starts_with("Alter") || by.starts_with("Rename") || by == "RemoveField";
  const std::string& text = executed.text;
  if (!changes_field) return false;
  return text.find("DROP CONSTRAINT") != std::string::npos || text.find("DROP INDEX") != std::string::npos ||
         text.find("SET CONSTRAINTS") != std::string::npos || text.find("ADD CONSTRAINT") != std::string::npos ||
         text.find("ALTER SEQUENCE") != std::string::npos;
}

}  // namespace

std::optional<TwinDifference> compare_with_twin(const django::Migration& migration,
                                                const django::LoweredMigration& lowered, std::string_view text,
                                                FileId file) {
  if (!lowered.unknown.empty() || !lowered.assumed.empty() || lowered.fails) return std::nullopt;
  std::vector<Sent> printed, executed;
  add(text, nullptr, printed);
  for (const django::LoweredStatement& statement : lowered.statements)
    add(statement.sql, operation_at(migration, statement.path), executed);
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
  const auto missing = std::find_if(left.begin(), left.end(), [](const Sent* it) { return !asks_catalogue(*it); });
  if (extra == nullptr && missing == left.end()) return std::nullopt;
  TwinDifference difference;
  difference.migration = &migration;
  if (extra != nullptr) difference.only_in_text = extra->text;
  if (missing != left.end()) difference.only_executed = (*missing)->text;
  difference.location = {file, extra != nullptr ? extra->span : Span{0, 0}};
  return difference;
}

}  // namespace mlint
