#include "analyzer/lint/template.h"

#include <array>
#include <optional>
#include <utility>

#include "analyzer/base/trimmed.h"

namespace mlint {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> braces = {{{"{{", "}}"}, {"${", "}"}}};

bool names(std::string_view inside, const std::string& name) {
  return inside == name || inside == "." + name || inside.find('"' + name + '"') != std::string_view::npos;
}

bool is_name_byte(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// `:name` of psql at that byte; `a::type` and `[1:2]` are none. Its length with the colon, or 0.
std::size_t variable_at(std::string_view text, std::size_t at) {
  if (text[at] != ':' || (at > 0 && text[at - 1] == ':')) return 0;
  std::size_t end = at + 1;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return end == at + 1 || (text[at + 1] >= '0' && text[at + 1] <= '9') ? 0 : end - at;
}

// A placeholder at that byte, with its value.
struct Found {
  std::size_t length = 0;
  const std::string* value = nullptr;
};

std::optional<Found> placeholder_at(std::string_view text, std::size_t at,
                                    const std::map<std::string, std::string>& values) {
  if (const std::size_t length = variable_at(text, at); length > 0)
    if (const auto known = values.find(std::string(text.substr(at + 1, length - 1))); known != values.end())
      return Found{length, &known->second};
  for (const auto& [open, close] : braces) {
    if (!text.substr(at).starts_with(open)) continue;
    const std::size_t end = text.find(close, at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = trimmed(text.substr(at + open.size(), end - at - open.size()), " \t-");
    for (const auto& [name, value] : values)
      if (names(inside, name)) return Found{end + close.size() - at, &value};
  }
  return std::nullopt;
}

}  // namespace

bool holds_placeholders(std::string_view sql) {
  constexpr std::array<std::string_view, 4> marks = {"{{", "${", "{%", "<%"};
  for (const std::string_view mark : marks)
    if (sql.find(mark) != std::string_view::npos) return true;
  bool quoted = false;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    if (sql[at] == '\'') quoted = !quoted;
    if (!quoted && variable_at(sql, at) > 0) return true;
  }
  return false;
}

FilledTemplate fill_placeholders(std::string text, const std::map<std::string, std::string>& values) {
  FilledTemplate filled;
  if (values.empty()) {
    filled.text = std::move(text);
    return filled;
  }
  for (std::size_t at = 0; at < text.size();) {
    const auto found = placeholder_at(text, at, values);
    const std::string_view piece = found ? std::string_view(*found->value) : std::string_view(text).substr(at, 1);
    filled.text += piece;
    filled.offsets.insert(filled.offsets.end(), piece.size(), static_cast<std::uint32_t>(at));
    at += found ? found->length : 1;
  }
  filled.offsets.push_back(static_cast<std::uint32_t>(text.size()));
  return filled;
}

}  // namespace mlint
