#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/lexer.h"
#include "parsers/sql/parse.h"

// What the variables of a plpgsql body hold, where constants say it: DECLARE x text := 'a', the one x := 'a' || 'b',
// FOREACH x IN ARRAY ARRAY['a', 'b'], FOR i IN 1..3, FOR x IN SELECT unnest(ARRAY['a', 'b']), arguments.
namespace mlint::sql {

class Values {
 public:
  Values(std::string_view text, Tokens tokens, const Bindings& arguments);

  // The declaration, the assignment, the head of FOR or FOREACH between these tokens.
  void declare(std::size_t first, std::size_t end);
  void assign(std::size_t first, std::size_t end);
  void for_each(std::size_t first, std::size_t end);
  void loop() { scopes_.emplace_back(); }  // of which nothing is known
  void end_loop();

  // All that EXECUTE of this expression may run, in the order of the loops. Nothing where a part is not constant.
  std::vector<std::string> texts(std::size_t first, std::size_t end) const;

 private:
  using Texts = std::vector<std::string>;
  struct Assignments {
    int written = 0;  // x := …
    int other = 0;    // INTO x, FOR x IN, a second declaration
  };

  std::string_view text_;
  Tokens tokens_;
  std::vector<std::map<std::string, Texts>> scopes_;  // the body's first, then those of loops
  std::map<std::string, Texts> lists_;                // arrays
  std::map<std::string, int> declared_;               // 1: once, and without a value

  bool word(std::size_t i, std::string_view lower) const {
    return i < tokens_.size() && is_word(text_, tokens_[i], lower);
  }
  bool punctuation(std::size_t i, char c) const { return i < tokens_.size() && is_punctuation(text_, tokens_[i], c); }
  std::string_view written(std::size_t i) const;
  std::optional<std::string> name_at(std::size_t i) const;
  Assignments assignments(const std::string& name) const;
  const Texts* find(const std::string& name) const;
  std::optional<Texts> list(std::size_t first, std::size_t end) const;
  std::optional<Texts> numbers(std::size_t first, std::size_t end) const;
  std::optional<Texts> rows(std::size_t first, std::size_t end, std::string& column) const;
  std::vector<Bindings> combinations(std::size_t first, std::size_t end) const;
};

}  // namespace mlint::sql
