#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Strings with holes as one form, however they are written: f"…", "…".format() or "…" % values.
namespace mlint::py {

// A literal piece, or a hole for a value.
struct TemplatePiece {
  std::string literal;
  bool hole = false;
  std::string name;        // of the value; digits or empty: by position
  std::string attributes;  // `.a.b` after it
  std::string conversion;  // r, s, a
  std::string spec;
};
using TemplatePieces = std::vector<TemplatePiece>;

// Nothing where the pattern does more than fill in values.
std::optional<TemplatePieces> brace_pieces(std::string_view pattern);
std::optional<TemplatePieces> percent_pieces(std::string_view pattern);

struct Template {
  std::string text;

  void literal(std::string_view piece);
  void hole(std::string_view value, std::string_view conversion, std::string_view spec);
  std::string quoted() const { return '"' + text + '"'; }
};

}  // namespace mlint::py
