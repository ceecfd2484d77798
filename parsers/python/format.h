#pragma once

#include <optional>

#include "parsers/python/constant.h"

// Formatting of constants; the text map of the result points into pattern and values alike.
namespace mlint::py {

// str(value), where it is plain: strings, integers, booleans, None.
std::optional<String> plain_text(const Value& value);
// "…" % value
std::optional<Kind> percent_format(const String& pattern, const Value& value, Budget& budget);
// "…".format(…)
std::optional<Kind> brace_format(const String& pattern, const Values& arguments, const std::vector<Keyword>& keywords,
                                 Budget& budget);
// textwrap.dedent
std::optional<Kind> dedent(const String& text);

// Appends text[begin, end) with its map.
void append_slice(String& out, const String& text, std::size_t begin, std::size_t end);

}  // namespace mlint::py
