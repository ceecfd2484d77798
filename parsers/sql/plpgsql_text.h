#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/lexer.h"
#include "parsers/sql/parse.h"

// The text that EXECUTE runs, as far as constants make it.
namespace mlint::sql {

// What stands in the text for a part that is not known here: a name, or a number where no keyword before it wants a
// name.
enum class UnknownParts { names, numbers };

// What stands in a shape for what is not known: ParsedStatement::shape.
inline constexpr std::string_view unknown_number = "918273645";
// Ends one that may be any text, an expression that calls functions too; others are names, or constants in quotes.
inline constexpr std::string_view unknown_text = "_or_text";
bool is_unknown(std::string_view name);
// Of the text of a query or a write: an unknown part may be an expression, and that may call any function.
bool may_call_anything(std::string_view text);

// Of '…' || quote_ident('…') || format('… %I …', '…') || concat('…', …), up to USING and INTO. Nothing where a part is
// not known and nothing may stand for it.
// `values`: of variables.
std::optional<std::string> text_of_constants(std::string_view text, Tokens tokens, std::size_t first, std::size_t end,
                                             std::optional<UnknownParts> unknown = std::nullopt,
                                             const Bindings* values = nullptr);

// What a statement may do that begins so and does not parse as a whole: nothing where the beginning does not tell.
std::vector<Operation> shape_of_beginning(std::string_view text);

// The calls in an expression, each as a query of its own; what only computes is left out where its name says so.
struct CallText {
  std::size_t first = 0, end = 0;  // tokens
  std::string query;
};
std::vector<CallText> calls_in(std::string_view text, Tokens tokens, std::size_t first, std::size_t end);

// Of '…' and $tag$…$tag$; those with escapes or a prefix are left alone.
std::optional<std::string> string_value(std::string_view written);

}  // namespace mlint::sql
