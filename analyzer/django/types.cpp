#include "analyzer/django/types.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <unordered_map>

#include "parsers/sql/parse.h"

namespace mlint::django {
namespace {

const std::unordered_map<std::string_view, std::string_view>& builtin_types() {
  static const std::unordered_map<std::string_view, std::string_view> names = {
      {"integer", "int4"},
      {"bigint", "int8"},
      {"smallint", "int2"},
      {"boolean", "bool"},
      {"double precision", "float8"},
      {"time", "time"},
      {"timestamp with time zone", "timestamptz"},
      {"interval", "interval"},
      {"varchar", "varchar"}};
  return names;
}
// Not aliases of the grammar: plain names, found along search_path.
constexpr std::string_view plain_types[] = {
    "text",    "date",     "uuid",        "jsonb",     "bytea",    "inet",      "tsvector",   "tsquery",
    "hstore",  "citext",   "int4range",   "int8range", "numrange", "tstzrange", "daterange",  "cidr",
    "macaddr", "macaddr8", "timestamptz", "ltree",     "serial",   "bigserial", "smallserial"};

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<TypeName> with_modifier(std::string_view text) {
  for (const std::string_view name : {std::string_view("varchar"), std::string_view("numeric")}) {
    if (!text.starts_with(name) || text.size() < name.size() + 3 || text[name.size()] != '(' || text.back() != ')') {
      continue;
    }
    const std::string_view inside = text.substr(name.size() + 1, text.size() - name.size() - 2);
    TypeName type;
    type.name = {"pg_catalog", std::string(name)};
    const auto comma = inside.find(", ");
    if (comma == std::string_view::npos) {
      const auto length = number(inside);
      if (!length) return std::nullopt;
      type.modifiers = {*length};
    } else {
      const auto digits = number(inside.substr(0, comma)), places = number(inside.substr(comma + 2));
      if (!digits || !places) return std::nullopt;
      type.modifiers = {*digits, *places};
    }
    for (const int modifier : type.modifiers) type.text_modifiers.push_back(std::to_string(modifier));
    return type;
  }
  return std::nullopt;
}

}  // namespace

TypeName type_name(std::string_view text) {
  TypeName type;
  type.text = std::string(text);
  if (text.empty()) return type;
  const auto builtin = builtin_types().find(text);
  if (builtin != builtin_types().end()) {
    type.name = {"pg_catalog", std::string(builtin->second)};
    return type;
  }
  for (const std::string_view plain : plain_types) {
    if (plain != text) continue;
    type.name.name = std::string(text);
    return type;
  }
  if (auto modified = with_modifier(text)) {
    modified->text = std::string(text);
    return *std::move(modified);
  }
  type = sql::parse_type(text);
  type.text = std::string(text);
  return type;
}

std::string lower_case_uuid(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) digits += c;
  }
  if (digits.size() != 32) return std::string(text);
  for (const std::size_t position : {20U, 16U, 12U, 8U}) digits.insert(position, 1, '-');
  return digits;
}

std::string exact_decimal(double value, int digits) {
  // Enough decimals to hold the exact value of any double a default is likely to be; then rounded half-even by printf.
  std::string scientific = fmt::format("{:.{}e}", value, digits - 1);
  const auto e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  const int places = digits - 1 - exponent;
  std::string text = fmt::format("{:.{}f}", value, places > 0 ? places : 0);
  // A float that is exact in fewer digits keeps only those.
  if (text.find('.') != std::string::npos) {
    std::string trimmed = text;
    while (trimmed.ends_with('0')) trimmed.pop_back();
    if (trimmed.ends_with('.')) trimmed.pop_back();
    if (std::strtod(trimmed.c_str(), nullptr) == value && fmt::format("{:.60f}", value).starts_with(trimmed)) {
      const std::string exact = fmt::format("{:.60f}", value);
      if (exact.find_first_not_of('0', trimmed.size() + (trimmed.find('.') == std::string::npos ? 1 : 0)) ==
          std::string::npos) {
        return trimmed;
      }
    }
  }
  return text;
}

}  // namespace mlint::django
