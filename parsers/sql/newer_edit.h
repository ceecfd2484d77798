#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "parsers/sql/newer.h"

// What the files of the adapter share: the tokens of a statement, and the edits made to it.
namespace mlint::sql {

class Editor {
 public:
  Editor(std::string_view text, Tokens tokens) : text_(text), tokens_(tokens), base_(tokens.front().span.begin) {}

  std::size_t size() const { return tokens_.size(); }
  bool word(std::size_t i, std::string_view lower) const {
    return i < tokens_.size() && is_word(text_, tokens_[i], lower);
  }
  bool words(std::size_t i, std::initializer_list<std::string_view> list) const {
    for (const std::string_view item : list) {
      if (!word(i++, item)) return false;
    }
    return true;
  }
  bool any_word(std::size_t i, std::initializer_list<std::string_view> list) const {
    for (const std::string_view item : list) {
      if (word(i, item)) return true;
    }
    return false;
  }
  bool punctuation(std::size_t i, char c) const { return i < tokens_.size() && is_punctuation(text_, tokens_[i], c); }
  bool name(std::size_t i) const {
    return i < tokens_.size() && (tokens_[i].kind == Token::Kind::word || tokens_[i].kind == Token::Kind::quoted);
  }
  const Token& token(std::size_t i) const { return tokens_[i]; }
  std::string written(std::size_t i) const {
    return std::string(text_.substr(tokens_[i].span.begin, tokens_[i].span.end - tokens_[i].span.begin));
  }
  std::string identifier(std::size_t i) const { return identifier_of(text_, tokens_[i]); }
  std::size_t closing(std::size_t open) const { return matching_bracket(text_, tokens_, open); }
  std::uint32_t offset(std::size_t i) const { return tokens_[i].span.begin - base_; }  // in the statement

  // Tokens [first, last] become `text`.
  void edit(std::size_t first, std::size_t last, std::string text, int since) {
    out_.edits.push_back({tokens_[first].span.begin - base_, tokens_[last].span.end - base_, std::move(text)});
    out_.since = std::max(out_.since, since);
  }
  void insert_before(std::size_t token, std::string text, int since) {
    insert(tokens_[token].span.begin - base_, std::move(text), since);
  }
  void insert_after(std::size_t token, std::string text, int since) {
    insert(tokens_[token].span.end - base_, std::move(text), since);
  }
  void fact(NewerFact::Kind kind, std::size_t token, std::string text = {}) {
    out_.facts.push_back({kind, tokens_[token].span.begin, std::move(text)});
  }

  std::optional<Adapted> finish();  // nullopt: nothing was edited

 private:
  std::string_view text_;
  Tokens tokens_;
  std::uint32_t base_;
  Adapted out_;

  void insert(std::uint32_t at, std::string text, int since) {
    out_.edits.push_back({at, at, std::move(text)});
    out_.since = std::max(out_.since, since);
  }
};

// Expressions and queries: what stands at token i.
void adapt_query(Editor& editor, std::size_t i);
// SQL/JSON constructors and query functions (16, 17).
void adapt_json(Editor& editor, std::size_t i);
// FROM (SELECT …) without a name (16); the grammar refused the text at `offset`.
void alias_subqueries(Editor& editor, std::uint32_t offset);

// A statement that is read here as a whole (19).
std::optional<OperationKind> read_newer_statement(std::string_view text, Tokens tokens);

}  // namespace mlint::sql
