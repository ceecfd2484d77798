#include "parsers/sql/plpgsql_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "parsers/sql/plpgsql_text.h"

namespace mlint::sql {
namespace {

constexpr std::size_t limit = 64;  // of values, and of texts that one EXECUTE may run

using Texts = std::vector<std::string>;

// '{a,b}', where nothing in it is quoted.
std::optional<Texts> array_literal(std::string_view text) {
  if (text.size() < 3 || text.front() != '{' || text.back() != '}') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find_first_of("{}\"\\") != std::string_view::npos) return std::nullopt;
  Texts items;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    items.emplace_back(item);
    if (comma == text.size()) return items;
    text.remove_prefix(comma + 1);
  }
}

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.size() > 10 || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Values::Values(std::string_view text, Tokens tokens, const Bindings& arguments)
    : text_(text), tokens_(tokens), scopes_(1) {
  for (const auto& [name, value] : arguments) {
    declared_[name] = 2;  // its value may stay
    const Assignments found = assignments(name);
    if (found.written + found.other == 0) scopes_[0][name] = {value};
  }
}

std::string_view Values::written(std::size_t i) const {
  return i < tokens_.size() ? text_.substr(tokens_[i].span.begin, tokens_[i].span.end - tokens_[i].span.begin)
                            : std::string_view();
}

std::optional<std::string> Values::name_at(std::size_t i) const {
  if (i >= tokens_.size()) return std::nullopt;
  if (tokens_[i].kind == Token::Kind::parameter) return std::string(written(i));
  if (tokens_[i].kind != Token::Kind::word && tokens_[i].kind != Token::Kind::quoted) return std::nullopt;
  return identifier_of(text_, tokens_[i]);
}

// Everything that may be one counts.
Values::Assignments Values::assignments(const std::string& name) const {
  static constexpr std::array<std::string_view, 5> before = {"begin", "then", "else", "loop", "diagnostics"};
  Assignments found;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (name_at(i) != name) continue;
    if (written(i + 1) == ":=") {
      ++found.written;
      continue;
    }
    const bool begins = i == 0 || punctuation(i - 1, ';') ||
                        std::any_of(before.begin(), before.end(), [&](auto item) { return word(i - 1, item); });
    if (begins && (written(i + 1) == "=" || punctuation(i + 1, '['))) ++found.written;
    if (i > 0 && (word(i - 1, "for") || word(i - 1, "foreach"))) ++found.other;
    std::size_t k = i;
    while (k > 0 && i - k < limit && (punctuation(k - 1, ',') || punctuation(k - 1, '.') || name_at(k - 1)) &&
           !word(k - 1, "into"))
      --k;
    if (k > 0 && word(k - 1, "into")) ++found.other;
  }
  return found;
}

const Values::Texts* Values::find(const std::string& name) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    const auto at = scope->find(name);
    if (at != scope->end()) return &at->second;
  }
  return nullptr;
}

void Values::declare(std::size_t first, std::size_t end) {
  const std::optional<std::string> name = name_at(first);
  if (!name) return;
  if (++declared_[*name] > 1) {
    scopes_[0].erase(*name);
    lists_.erase(*name);
    return;
  }
  std::size_t value = first + 1;
  if (word(value, "cursor") || word(value, "alias") || word(value + 1, "cursor")) return;
  while (value < end && written(value) != ":=" && written(value) != "=" && !word(value, "default")) ++value;
  if (value >= end) return;
  declared_[*name] = 2;
  const Assignments found = assignments(*name);
  if (found.written + found.other > 0) return;
  if (std::optional<Texts> items = list(value + 1, end)) lists_[*name] = std::move(*items);
  Texts known = texts(value + 1, end);
  if (!known.empty()) scopes_[0][*name] = std::move(known);
}

void Values::assign(std::size_t first, std::size_t end) {
  const std::optional<std::string> name = name_at(first);
  if (!name || declared_[*name] != 1 || find(*name) || (written(first + 1) != ":=" && written(first + 1) != "="))
    return;
  const Assignments found = assignments(*name);
  if (found.written != 1 || found.other > 0) return;
  if (std::optional<Texts> items = list(first + 2, end)) lists_[*name] = std::move(*items);
  Texts known = texts(first + 2, end);
  if (!known.empty()) scopes_.back()[*name] = std::move(known);
}

// ARRAY['a', 'b'], '{a,b}', a variable that holds one; with a cast or without.
std::optional<Values::Texts> Values::list(std::size_t first, std::size_t end) const {
  for (std::size_t i = first; i < end; ++i)
    if (written(i) == "::") end = i;
  if (first >= end) return std::nullopt;
  if (first + 1 == end) {
    if (tokens_[first].kind == Token::Kind::string) {
      const std::optional<std::string> literal = string_value(written(first));
      return literal ? array_literal(*literal) : std::nullopt;
    }
    const std::optional<std::string> name = name_at(first);
    const auto found = name ? lists_.find(*name) : lists_.end();
    return found == lists_.end() ? std::nullopt : std::optional<Texts>(found->second);
  }
  const bool array =
      word(first, "array") && punctuation(first + 1, '[') && matching_bracket(text_, tokens_, first + 1) + 1 == end;
  if (!array) return std::nullopt;
  Texts items;
  for (std::size_t i = first + 2; i + 1 < end; ++i) {
    const bool negative = written(i) == "-" && i + 2 < end && tokens_[i + 1].kind == Token::Kind::number;
    if (negative) ++i;
    std::optional<std::string> item;
    if (tokens_[i].kind == Token::Kind::string) item = string_value(written(i));
    if (tokens_[i].kind == Token::Kind::number) item = (negative ? "-" : "") + std::string(written(i));
    if (!item || items.size() >= limit) return std::nullopt;
    items.push_back(std::move(*item));
    if (i + 2 < end && !punctuation(++i, ',')) return std::nullopt;
  }
  if (items.empty()) return std::nullopt;
  return items;
}

// 1..3
std::optional<Values::Texts> Values::numbers(std::size_t first, std::size_t end) const {
  if (first >= end) return std::nullopt;
  std::string range;
  for (std::size_t i = first; i < end; ++i) range += written(i);
  const std::size_t dots = range.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const std::optional<std::int64_t> low = integer(std::string_view(range).substr(0, dots));
  const std::optional<std::int64_t> high = integer(std::string_view(range).substr(dots + 2));
  if (!low || !high || *high < *low || *high > *low + static_cast<std::int64_t>(limit)) return std::nullopt;
  Texts items;
  for (std::int64_t i = *low; i <= *high; ++i) items.push_back(std::to_string(i));
  return items;
}

// SELECT unnest(array) [AS c], SELECT * FROM unnest(array) [AS t [(c)]], VALUES ('a'), ('b').
std::optional<Values::Texts> Values::rows(std::size_t first, std::size_t end, std::string& column) const {
  if (word(first, "values")) {
    column = "column1";
    Texts items;
    for (std::size_t i = first + 1; i < end; i += 4) {
      const bool one = punctuation(i, '(') && punctuation(i + 2, ')') && tokens_[i + 1].kind == Token::Kind::string;
      const std::optional<std::string> item = one ? string_value(written(i + 1)) : std::nullopt;
      if (!item || items.size() >= limit || (i + 3 < end && !punctuation(i + 3, ','))) return std::nullopt;
      items.push_back(*item);
    }
    return items;
  }
  if (!word(first, "select")) return std::nullopt;
  std::size_t i = first + 1;
  if (written(i) == "*" && word(i + 1, "from")) i += 2;
  if (!word(i, "unnest") || !punctuation(i + 1, '(')) return std::nullopt;
  const std::size_t close = matching_bracket(text_, tokens_, i + 1);
  if (close >= end) return std::nullopt;
  column = "unnest";
  std::size_t rest = close + 1;
  if (word(rest, "as")) ++rest;
  if (rest < end) {
    const std::optional<std::string> alias = name_at(rest);
    if (!alias) return std::nullopt;
    column = *alias;
    if (punctuation(rest + 1, '(') && punctuation(rest + 3, ')')) {
      column = name_at(rest + 2).value_or(column);
      rest += 3;
    }
    if (rest + 1 < end) return std::nullopt;
  }
  return list(i + 2, close);
}

void Values::for_each(std::size_t first, std::size_t end) {
  loop();
  const std::optional<std::string> name = name_at(first + 1);
  if (!name || assignments(*name).written > 0) return;
  std::size_t in = first + 2;
  while (in < end && !word(in, "in")) ++in;
  if (in > first + 2) return;  // SLICE, several variables
  std::string column;
  std::optional<Texts> items;
  if (word(first, "foreach")) {
    if (word(in + 1, "array")) items = list(in + 2, end);
  } else {
    items = numbers(in + 1, end);
    if (!items) items = rows(in + 1, end, column);
  }
  if (!items) return;
  if (!column.empty()) scopes_.back()[*name + "." + column] = *items;
  scopes_.back()[*name] = std::move(*items);
}

void Values::end_loop() {
  if (scopes_.size() > 1) scopes_.pop_back();
}

// One value for each variable that the expression names, in all ways; a row of a loop's query is one variable.
std::vector<Bindings> Values::combinations(std::size_t first, std::size_t end) const {
  std::vector<Bindings> all(1);
  std::map<std::string, bool> done;
  for (std::size_t i = first; i < end; ++i) {
    std::optional<std::string> name = name_at(i);
    if (!name) continue;
    if (punctuation(i + 1, '.') && i + 2 < end) name = *name + "." + name_at(i + 2).value_or("");
    const Texts* values = find(*name);
    if (!values || std::exchange(done[*name], true)) continue;
    if (all.size() * values->size() > limit) return {};
    std::vector<Bindings> more;
    for (const Bindings& one : all) {
      for (const std::string& value : *values) {
        more.push_back(one);
        more.back()[*name] = value;
      }
    }
    all = std::move(more);
  }
  return all;
}

std::vector<std::string> Values::texts(std::size_t first, std::size_t end) const {
  Texts all;
  for (const Bindings& values : combinations(first, end)) {
    std::optional<std::string> text = text_of_constants(text_, tokens_, first, end, std::nullopt, &values);
    if (!text) return {};
    if (std::find(all.begin(), all.end(), *text) == all.end()) all.push_back(std::move(*text));
  }
  return all;
}

}  // namespace mlint::sql
