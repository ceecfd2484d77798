#include "parsers/python/string_template.h"

#include <algorithm>

namespace mlint::py {
namespace {

void add_literal(TemplatePieces& pieces, char c) {
  if (pieces.empty() || pieces.back().hole) pieces.emplace_back();
  pieces.back().literal += c;
}

// What stands between the braces of a field: name.attribute!conversion:spec
std::optional<TemplatePiece> read_field(std::string_view field) {
  if (field.find('[') < field.find(':')) return std::nullopt;
  TemplatePiece piece;
  piece.hole = true;
  const std::string_view path = field.substr(0, field.find_first_of("!:"));
  piece.name = path.substr(0, path.find('.'));
  piece.attributes = path.substr(piece.name.size());
  std::string_view rest = field.substr(path.size());
  if (rest.starts_with('!')) {
    piece.conversion = rest.substr(1, rest.find(':') - 1);
    rest.remove_prefix(std::min(rest.size(), piece.conversion.size() + 1));
  }
  if (!rest.empty()) piece.spec = rest.substr(1);
  return piece;
}

}  // namespace

std::optional<TemplatePieces> brace_pieces(std::string_view pattern) {
  TemplatePieces pieces;
  std::size_t position = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool twice = i + 1 < pattern.size() && pattern[i + 1] == c;
    if ((c != '{' && c != '}') || twice) {
      add_literal(pieces, c);
      if (c == '{' || c == '}') ++i;
      continue;
    }
    const std::size_t end = pattern.find('}', i);
    if (c == '}' || end == std::string_view::npos) return std::nullopt;
    const std::string_view field = pattern.substr(i + 1, end - i - 1);
    if (field.find('{') != std::string_view::npos) return std::nullopt;
    auto piece = read_field(field);
    if (!piece) return std::nullopt;
    if (piece->name.empty()) piece->name = std::to_string(position++);
    pieces.push_back(*std::move(piece));
    i = end;
  }
  return pieces;
}

std::optional<TemplatePieces> percent_pieces(std::string_view pattern) {
  TemplatePieces pieces;
  std::size_t position = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      add_literal(pieces, pattern[i]);
      continue;
    }
    if (++i >= pattern.size()) return std::nullopt;
    if (pattern[i] == '%') {
      add_literal(pieces, '%');
      continue;
    }
    TemplatePiece piece;
    piece.hole = true;
    if (pattern[i] == '(') {
      const std::size_t end = pattern.find(')', i);
      if (end == std::string_view::npos || end + 1 >= pattern.size()) return std::nullopt;
      piece.name = pattern.substr(i + 1, end - i - 1);
      i = end + 1;
    } else {
      piece.name = std::to_string(position++);
    }
    if (pattern[i] != 's' && pattern[i] != 'r' && pattern[i] != 'd') return std::nullopt;
    if (pattern[i] == 'r') piece.conversion = "r";
    if (pattern[i] == 'd') piece.spec = "d";
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

void Template::literal(std::string_view piece) {
  for (const char c : piece) {
    if (c == '{' || c == '}' || c == '"' || c == '\\') text += '\\';
    text += c;
  }
}

void Template::hole(std::string_view value, std::string_view conversion, std::string_view spec) {
  text += '{';
  text += value;
  if (!conversion.empty()) text.append("!").append(conversion);
  if (!spec.empty()) text.append(":").append(spec);
  text += '}';
}

}  // namespace mlint::py
