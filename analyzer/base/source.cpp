#include "analyzer/base/source.h"

#include <algorithm>
#include <utility>

namespace mlint {

static std::vector<std::uint32_t> find_line_begins(std::string_view text) {
  std::vector<std::uint32_t> begins{0};
  const auto begin_after = [&](std::size_t i) { begins.push_back(static_cast<std::uint32_t>(i + 1)); };
  if (text.find('\r') == std::string_view::npos) {
    for (std::size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) begin_after(i);
    return begins;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) begin_after(i);
  }
  return begins;
}

SourceFile::SourceFile(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)), line_begins_(find_line_begins(text_)) {}

std::string_view SourceFile::text(Span span) const {
  const auto end = std::min<std::size_t>(span.end, text_.size());
  const auto begin = std::min<std::size_t>(span.begin, end);
  return std::string_view(text_).substr(begin, end - begin);
}

std::uint32_t SourceFile::line_count() const { return static_cast<std::uint32_t>(line_begins_.size()); }

Position SourceFile::position(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  const auto begin = *std::prev(after);
  // A continuation byte of UTF-8 starts no code point.
  const auto starts_code_point = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto points = std::count_if(text_.begin() + begin, text_.begin() + offset, starts_code_point);
  return {.line = static_cast<std::uint32_t>(after - line_begins_.begin()),
          .column = static_cast<std::uint32_t>(points) + 1,
          .offset = offset};
}

std::string_view SourceFile::line(std::uint32_t line) const {
  if (line == 0 || line > line_count()) return {};
  const auto begin = line_begins_[line - 1];
  const auto end = line < line_begins_.size() ? line_begins_[line] : static_cast<std::uint32_t>(text_.size());
  auto view = text({begin, end});
  while (!view.empty() && (view.back() == '\n' || view.back() == '\r')) view.remove_suffix(1);
  return view;
}

}  // namespace mlint
