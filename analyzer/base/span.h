#pragma once

#include <cstdint>

namespace mlint {

// Half-open range of bytes in one text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool empty() const { return begin >= end; }
  bool contains(Span other) const { return begin <= other.begin && other.end <= end; }
  friend auto operator<=>(const Span&, const Span&) = default;
};

// Index into the list of source files of a run. `none` stands for text that is in no file (generated SQL).
enum class FileId : std::uint32_t { none = 0xffffffff };

// A place in a file of the run.
struct Location {
  FileId file = FileId::none;
  Span span;
  friend auto operator<=>(const Location&, const Location&) = default;
};

}  // namespace mlint
