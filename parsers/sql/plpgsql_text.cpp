#include "parsers/sql/plpgsql_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/operation/printer.h"

namespace mlint::sql {

std::optional<std::string> string_value(std::string_view written) {
  if (written.size() < 2) return std::nullopt;
  if (written.front() == '$') {
    const std::size_t tag = written.find('$', 1) + 1;
    if (written.size() < 2 * tag) return std::nullopt;
    return std::string(written.substr(tag, written.size() - 2 * tag));
  }
  if (written.front() != '\'') return std::nullopt;
  std::string value;
  for (std::size_t i = 1; i + 1 < written.size(); ++i) {
    value += written[i];
    if (written[i] == '\'') ++i;
  }
  return value;
}

namespace {

using Text = std::optional<std::string>;

std::string quote_literal(std::string_view value) {
  std::string text = value.find('\\') == std::string_view::npos ? "'" : "E'";
  for (const char c : value) text.append(c == '\'' || c == '\\' ? 2 : 1, c);
  return text + "'";
}

// Words of the grammar, and functions of the server that bodies are full of.
constexpr std::array<std::string_view, 56> computes_only = {"and",
                                                            "or",
                                                            "not",
                                                            "in",
                                                            "any",
                                                            "all",
                                                            "some",
                                                            "exists",
                                                            "if",
                                                            "elsif",
                                                            "elseif",
                                                            "when",
                                                            "then",
                                                            "else",
                                                            "case",
                                                            "while",
                                                            "return",
                                                            "next",
                                                            "row",
                                                            "array",
                                                            "values",
                                                            "coalesce",
                                                            "nullif",
                                                            "greatest",
                                                            "least",
                                                            "cast",
                                                            "extract",
                                                            "position",
                                                            "substring",
                                                            "overlay",
                                                            "trim",
                                                            "format",
                                                            "quote_ident",
                                                            "quote_literal",
                                                            "quote_nullable",
                                                            "concat",
                                                            "now",
                                                            "lower",
                                                            "upper",
                                                            "length",
                                                            "array_length",
                                                            "to_regclass",
                                                            "clock_timestamp",
                                                            "to_char",
                                                            "replace",
                                                            "count",
                                                            "select",
                                                            "from",
                                                            "where",
                                                            "with",
                                                            "as",
                                                            "is",
                                                            "between",
                                                            "like",
                                                            "varchar",
                                                            "numeric"};

constexpr std::array<std::string_view, 16> before_names = {
    "table", "exists", "only", "on",     "into",   "from",     "partition", "column",
    "index", "to",     "view", "update", "schema", "sequence", "trigger",   "constraint"};

class Reader {
 public:
  Reader(std::string_view text, Tokens tokens, std::optional<UnknownParts> unknown, const Bindings* values)
      : text_(text), tokens_(tokens), unknown_(unknown), values_(values) {}

  // Terms with || between them.
  Text joined(std::size_t first, std::size_t end) const {
    std::string text;
    while (first < end) {
      const std::size_t next = end_of_term(first, end);
      const Text known = term(first, next);
      if (!known && !unknown_) return std::nullopt;
      text += known ? *known : unknown_after(text);
      if (next >= end) return text;
      first = next + 1;
    }
    return std::nullopt;
  }

  std::size_t end_of_expression(std::size_t first, std::size_t end) const {
    for (std::size_t i = first; i < end; i = after(i))
      if (word(i, "using") || word(i, "into")) return i;
    return end;
  }

 private:
  std::string_view text_;
  Tokens tokens_;
  std::optional<UnknownParts> unknown_;
  const Bindings* values_;

  bool word(std::size_t i, std::string_view lower) const {
    return i < tokens_.size() && is_word(text_, tokens_[i], lower);
  }
  bool punctuation(std::size_t i, char c) const { return i < tokens_.size() && is_punctuation(text_, tokens_[i], c); }
  std::string_view written(std::size_t i) const {
    return text_.substr(tokens_[i].span.begin, tokens_[i].span.end - tokens_[i].span.begin);
  }
  // The next token of the same level.
  std::size_t after(std::size_t i) const {
    return punctuation(i, '(') || punctuation(i, '[') ? matching_bracket(text_, tokens_, i) + 1 : i + 1;
  }

  // Of %s or a variable.
  std::string unknown_after(std::string_view before) const {
    const std::size_t blank = before.find_last_not_of(' ');
    const std::size_t end = blank == std::string_view::npos ? 0 : blank + 1;
    const std::size_t begin = before.find_last_of(" \n(", end == 0 ? 0 : end - 1) + 1;
    std::string last(before.substr(begin, end - begin));
    for (char& c : last) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    const bool name = end < before.size()
                          ? std::find(before_names.begin(), before_names.end(), last) != before_names.end()
                          : !last.empty() && last.back() != '=' && last.back() != ',';
    if (unknown_ == UnknownParts::numbers && !name) return std::string(unknown_number);
    const bool wanted = std::find(before_names.begin(), before_names.end(), last) != before_names.end();
    return std::string(unknown_name) + (wanted ? "" : std::string(unknown_text));
  }

  std::size_t end_of_term(std::size_t first, std::size_t end) const {
    std::size_t i = first;
    while (i < end && written(i) != "||") i = after(i);
    return std::min(i, end);
  }

  Text value_of(const std::string& name) const {
    const auto found = values_ ? values_->find(name) : Bindings::const_iterator();
    return values_ && found != values_->end() ? Text(found->second) : std::nullopt;
  }

  // 'a', x, row.column, 3; of a cast to a type the text stays.
  Text simple(std::size_t first, std::size_t end) const {
    if (first + 3 <= end && written(end - 2) == "::") end -= 2;
    const Token::Kind kind = tokens_[first].kind;
    const bool named = kind == Token::Kind::word || kind == Token::Kind::quoted;
    if (first + 3 == end && named && punctuation(first + 1, '.'))
      return value_of(identifier_of(text_, tokens_[first]) + "." + identifier_of(text_, tokens_[first + 2]));
    if (first + 1 != end) return std::nullopt;
    if (kind == Token::Kind::string) return string_value(written(first));
    if (kind == Token::Kind::parameter) return value_of(std::string(written(first)));
    const std::string_view digits = written(first);
    if (kind == Token::Kind::number && digits.find_first_not_of("0123456789") == std::string_view::npos)
      return std::string(digits);
    return named ? value_of(identifier_of(text_, tokens_[first])) : std::nullopt;
  }

  Text term(std::size_t first, std::size_t end) const {
    if (Text value = simple(first, end)) return value;
    if (first + 1 == end) return std::nullopt;
    if (!punctuation(first + 1, '(') || matching_bracket(text_, tokens_, first + 1) + 1 != end) return std::nullopt;
    if (word(first, "format")) return formatted(first + 2, end - 1);
    if (word(first, "concat")) return concatenated(first + 2, end - 1);
    const bool name = word(first, "quote_ident");
    if (!name && !word(first, "quote_literal")) return std::nullopt;
    const Text value = constant(first + 2, end - 1);
    if (!value) return unknown_ ? Text(name ? std::string(unknown_name) : quote_literal(unknown_name)) : std::nullopt;
    return name ? quote_ident(*value) : quote_literal(*value);
  }

  Text constant(std::size_t first, std::size_t end) const {
    return Reader(text_, tokens_, std::nullopt, values_).joined(first, end);
  }

  struct Argument {
    std::size_t first = 0, end = 0;
  };
  std::vector<Argument> arguments(std::size_t first, std::size_t end) const {
    std::vector<Argument> all;
    for (std::size_t i = first; i < end; ++i) {
      std::size_t last = i;
      while (last < end && !punctuation(last, ',')) last = after(last);
      last = std::min(last, end);
      all.push_back({i, last});
      i = last;
    }
    return all;
  }

  Text concatenated(std::size_t first, std::size_t end) const {
    std::string text;
    for (const Argument& argument : arguments(first, end)) {
      const Text part = joined(argument.first, argument.end);
      if (!part) return std::nullopt;
      text += *part;
    }
    return text;
  }

  Text formatted(std::size_t first, std::size_t end) const {
    const std::vector<Argument> given = arguments(first, end);
    const Text pattern = given.empty() ? std::nullopt : constant(given[0].first, given[0].end);
    if (!pattern) return std::nullopt;
    std::string text;
    std::size_t next = 1;
    for (std::size_t i = 0; i < pattern->size(); ++i) {
      if ((*pattern)[i] != '%') {
        text += (*pattern)[i];
        continue;
      }
      std::size_t position = 0;
      while (i + 1 < pattern->size() && (*pattern)[i + 1] >= '0' && (*pattern)[i + 1] <= '9')
        position = position * 10 + static_cast<std::size_t>((*pattern)[++i] - '0');
      if (position > 0 && i + 1 < pattern->size() && (*pattern)[i + 1] == '$') {
        next = position;
        ++i;
      }
      const char kind = i + 1 < pattern->size() ? (*pattern)[++i] : '\0';
      if (kind == '%') {
        text += '%';
        continue;
      }
      if (next >= given.size() || (kind != 'I' && kind != 'L' && kind != 's')) return std::nullopt;
      const Text value = constant(given[next].first, given[next].end);
      ++next;
      if (!value && !unknown_) return std::nullopt;
      if (kind == 's') {
        text += value ? *value : unknown_after(text);
      } else if (kind == 'I') {
        text += value ? quote_ident(*value) : std::string(unknown_name);
      } else {
        text += quote_literal(value ? *value : std::string(unknown_name));
      }
    }
    return text;
  }
};

}  // namespace

bool is_unknown(std::string_view name) {
  return name.find(unknown_name) != std::string_view::npos || name.find(unknown_number) != std::string_view::npos;
}

bool may_call_anything(std::string_view text) {
  if (text.find(unknown_number) != std::string_view::npos) return true;
  const std::string open = std::string(unknown_name) + std::string(unknown_text);
  std::size_t parts = 0, columns = 0;  // SET x = …: the name of a column
  for (std::size_t at = text.find(open); at != std::string_view::npos; at = text.find(open, at + 1)) ++parts;
  const std::vector<Token> tokens = tokenize(text);
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    const Span next = tokens[i + 1].span;
    if (is_word(text, tokens[i], open) && is_word(text, tokens[i - 1], "set") &&
        text.substr(next.begin, next.end - next.begin) == "=")
      ++columns;
  }
  return parts > columns;
}

std::vector<CallText> calls_in(std::string_view text, Tokens tokens, std::size_t first, std::size_t end) {
  std::vector<CallText> calls;
  for (std::size_t i = first; i + 1 < end; ++i) {
    // A subquery is a statement already.
    if (is_punctuation(text, tokens[i], '(') &&
        (is_word(text, tokens[i + 1], "select") || is_word(text, tokens[i + 1], "with"))) {
      i = matching_bracket(text, tokens, i);
      continue;
    }
    const bool name = tokens[i].kind == Token::Kind::word || tokens[i].kind == Token::Kind::quoted;
    if (!name || !is_punctuation(text, tokens[i + 1], '(')) continue;
    if (std::any_of(computes_only.begin(), computes_only.end(),
                    [&](auto word) { return is_word(text, tokens[i], word); }))
      continue;
    const std::size_t close = matching_bracket(text, tokens, i + 1);
    if (close >= end) continue;
    const bool qualified = i >= first + 2 && is_punctuation(text, tokens[i - 1], '.') &&
                           (tokens[i - 2].kind == Token::Kind::word || tokens[i - 2].kind == Token::Kind::quoted);
    const std::uint32_t begin = tokens[qualified ? i - 2 : i].span.begin;
    calls.push_back({qualified ? i - 2 : i, close + 1,
                     "SELECT " + std::string(text.substr(begin, tokens[close].span.end - begin))});
    i = close;
  }
  return calls;
}

std::optional<std::string> text_of_constants(std::string_view text, Tokens tokens, std::size_t first, std::size_t end,
                                             std::optional<UnknownParts> unknown, const Bindings* values) {
  const Reader reader(text, tokens, unknown, values);
  return reader.joined(first, reader.end_of_expression(first, std::min(end, tokens.size())));
}

}  // namespace mlint::sql
