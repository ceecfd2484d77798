#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "parsers/sql/lexer.h"
#include "parsers/sql/plpgsql_text.h"

// What can be said of dynamic SQL by its first words.
namespace mlint::sql {
namespace {

Operation operation_of(OperationKind kind) {
  Operation operation;
  operation.kind = std::move(kind);
  return operation;
}

// Everything that ALTER TABLE may take away from one.
std::vector<Operation> any_alter(const QualifiedName& table) {
  const std::string unknown(unknown_name);
  AlterTable alter;
  alter.name = table;
  alter::DropColumn column;
  column.name = unknown;
  alter::DropConstraint constraint;
  constraint.name = unknown;
  alter::DropNotNull nullable;
  nullable.column = unknown;
  alter::SetType type;
  type.column = unknown;
  alter.actions.push_back({std::move(column), {}});
  alter.actions.push_back({std::move(constraint), {}});
  alter.actions.push_back({std::move(nullable), {}});
  alter.actions.push_back({std::move(type), {}});
  Rename rename;
  rename.kind = ObjectKind::table;
  rename.relation = table;
  rename.new_name = unknown;
  std::vector<Operation> operations;
  operations.push_back(operation_of(std::move(alter)));
  operations.push_back(operation_of(std::move(rename)));
  return operations;
}

}  // namespace

std::vector<Operation> shape_of_beginning(std::string_view text) {
  const std::vector<Token> tokens = tokenize(text);
  const auto word = [&](std::size_t i, std::string_view lower) {
    return i < tokens.size() && is_word(text, tokens[i], lower);
  };
  const auto name_at = [&](std::size_t i) {
    const bool named =
        i < tokens.size() && (tokens[i].kind == Token::Kind::word || tokens[i].kind == Token::Kind::quoted);
    return named ? identifier_of(text, tokens[i]) : std::string();
  };
  // Several statements may do anything.
  for (const Token& token : tokens)
    if (is_punctuation(text, token, ';')) return {};
  // Not SELECT, INSERT, UPDATE, DELETE, MERGE, COPY: a function that they call may change what there is.
  static constexpr std::array<std::string_view, 5> alone = {"lock", "analyze", "comment", "grant", "revoke"};
  if (word(0, "truncate")) {  // of which tables is not known
    Truncate truncate;
    truncate.tables.push_back({{"", std::string(unknown_name)}, {}, false, {}});
    std::vector<Operation> operations;
    operations.push_back(operation_of(std::move(truncate)));
    return operations;
  }
  if (std::any_of(alone.begin(), alone.end(), [&](auto item) { return word(0, item); })) {
    std::vector<Operation> operations;
    operations.push_back(operation_of(Dml{}));
    return operations;
  }
  if (!word(0, "alter") || !word(1, "table")) return {};
  std::size_t i = 2;
  if (word(i, "if") && word(i + 1, "exists")) i += 2;
  if (word(i, "only")) ++i;
  QualifiedName table{"", name_at(i)};
  if (i + 2 < tokens.size() && is_punctuation(text, tokens[i + 1], '.')) {
    table = {table.name, name_at(i + 2)};
    i += 2;
  }
  // The name ends where a blank or another token does; ALL IN TABLESPACE is no name.
  const bool whole = i + 1 < tokens.size() && tokens[i].span.end < tokens[i + 1].span.begin;
  if (!whole || table.name.empty() || word(i, "all") || is_unknown(table.name) || is_unknown(table.schema)) return {};
  return any_alter(table);
}

}  // namespace mlint::sql
