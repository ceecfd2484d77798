#pragma once

#include <optional>
#include <string_view>

#include "parsers/sql/parse.h"

namespace mlint::sql {

// Where the control structures of a plpgsql body do not hold together (a block that does not end, IF without THEN, a
// missing semicolon): the server compiles no part of it. What its SQL says is not looked at.
std::optional<Problem> plpgsql_problem(std::string_view body);

}  // namespace mlint::sql
