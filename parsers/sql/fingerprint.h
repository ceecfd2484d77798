#pragma once

#include <cstdint>
#include <string_view>

#include "parsers/sql/lexer.h"

namespace mlint::sql {

// Of what does not parse: its tokens, words folded. Never 0.
std::uint64_t fingerprint_of_tokens(std::string_view text, Tokens tokens);
std::uint64_t combine(std::uint64_t a, std::uint64_t b);

}  // namespace mlint::sql
