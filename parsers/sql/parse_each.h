#pragma once

#include <functional>
#include <string_view>

#include "parsers/sql/parse.h"

namespace mlint::sql {

// parse() for a text whose statements are wanted one after the other: each is given away as soon as it is read, and the
// next one finds its memory warm. What comes back has no statements.
ParsedSql parse_each(std::string_view text, const std::function<void(ParsedStatement)>& visit,
                     ParseOptions options = {});

}  // namespace mlint::sql
