#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Text of files and names on its way to a terminal or a page: nothing in it may move the cursor, change colours,
// reverse the direction of reading or break the encoding.
namespace mlint::report {

struct Cell {
  std::size_t begin = 0;    // byte of the source text
  char32_t code_point = 0;  // as written; what is printed for it: print()
  std::size_t width = 1;    // columns of the terminal
};

// Most of what is printed: it stands for itself and is one column wide.
inline bool is_plain(char c) { return c >= 0x20 && c < 0x7F; }

// One code point after the other; a tab is `tab` columns wide.
std::vector<Cell> cells_of(std::string_view text, std::size_t tab = 4);
// Appends what stands for the cell: itself, blanks, or its name in brackets.
void print(const Cell& cell, std::string& into);

// The same as one string. Line ends are made visible too.
std::string visible(std::string_view text);
// Line ends stay.
std::string visible_lines(std::string_view text);

// The code point at `at`, and how many bytes it takes; 0xFFFD and 1 where it is not UTF-8.
char32_t decode_at(std::string_view text, std::size_t at, std::size_t& length);
void encode(char32_t code_point, std::string& into);

}  // namespace mlint::report
