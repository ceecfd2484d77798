#pragma once

#include <string_view>

#include "parsers/python/module.h"

// Literals as Python's tokenizer reads them.
namespace mlint::py {

// `text` is the source of an integer or float token. Complex numbers are Unknown.
Kind read_integer(std::string_view text);
Kind read_float(std::string_view text);

struct StringPrefix {
  bool raw = false;
  bool bytes = false;
  bool format = false;
};
// `start` is a prefix with its opening quotes: `rb"""`.
StringPrefix read_prefix(std::string_view start);

// Decodes a piece of a string's content into `out`. In a format string `{{` and `}}` stand for one brace. Returns why
// it cannot be decoded, or nothing. `begin` is the offset of `content` in the file.
std::string_view decode_string(std::string_view content, std::uint32_t begin, FileId file, StringPrefix prefix,
                               String& out);
std::string_view decode_bytes(std::string_view content, bool raw, std::string& out);

// Appends one code point as UTF-8.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace mlint::py
