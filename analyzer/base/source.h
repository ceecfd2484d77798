#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"

namespace mlint {

// Line and column count from 1; a column is a Unicode code point. The offset counts bytes from 0.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t offset = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

// One file as read: its bytes and where its lines begin. Owns both.
class SourceFile {
 public:
  SourceFile() = default;
  // `path` is what reports print: relative to the project root, with '/'.
  SourceFile(std::string path, std::string text);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  std::string_view text(Span span) const;
  // Offsets beyond the end are clamped to it. CR, LF and CRLF end a line.
  Position position(std::uint32_t offset) const;
  // Without its line ending; `line` counts from 1, an absent line is empty.
  std::string_view line(std::uint32_t line) const;
  std::uint32_t line_count() const;

 private:
  std::string path_;
  std::string text_;
  std::vector<std::uint32_t> line_begins_{0};  // made at once: any thread may ask
};

}  // namespace mlint
