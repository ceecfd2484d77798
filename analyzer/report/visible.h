#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Text of files and names on its way to a terminal or a page: nothing in it may move the cursor, change colours,
// reverse the direction of reading or break the encoding.
namespace mlint::report {

struct Cell {
  std::size_t begin = 0;  // byte of the source text
  std::string text;       // what is printed
  std::size_t width = 1;  // columns of the terminal
};

// One code point after the other, printable; a tab becomes `tab` blanks.
std::vector<Cell> cells_of(std::string_view text, std::size_t tab = 4);

// The same as one string. Line ends are made visible too.
std::string visible(std::string_view text);
// Line ends stay.
std::string visible_lines(std::string_view text);

// The code point at `at`, and how many bytes it takes; 0xFFFD and 1 where it is not UTF-8.
char32_t decode_at(std::string_view text, std::size_t at, std::size_t& length);
std::string encode(char32_t code_point);

}  // namespace mlint::report
