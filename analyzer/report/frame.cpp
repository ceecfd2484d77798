#include "analyzer/report/frame.h"

#include <algorithm>
#include <ostream>
#include <vector>

#include "analyzer/report/visible.h"

namespace mlint::report {
namespace {

constexpr std::size_t lines_below = 2;  // of a span over several lines: enough to see what it is about

// A line of source cut to the terminal, so that the marked part is in it.
struct Window {
  std::string text;
  std::size_t mark_begin = 0, mark_width = 0;  // in columns of `text`
};

std::size_t width_of(const std::vector<Cell>& cells, std::size_t first, std::size_t last) {
  std::size_t width = 0;
  for (std::size_t i = first; i < last; ++i) width += cells[i].width;
  return width;
}

// First cell to print such that `marked` is visible in `room` columns.
std::size_t first_cell(const std::vector<Cell>& cells, std::size_t marked, std::size_t room) {
  if (width_of(cells, 0, std::min(marked + 1, cells.size())) + 10 <= room) return 0;
  std::size_t first = marked;
  std::size_t used = 0;
  while (first > 0 && used + cells[first - 1].width <= room / 3) used += cells[--first].width;
  return first;
}

// Bytes beyond what any window shows are not looked at: a line may be megabytes long.
constexpr std::size_t longest_line = 4000;

Window window_of(std::string_view line, std::size_t begin, std::size_t end, std::size_t room) {
  // Most lines fit, and each of their bytes is a column.
  if (line.size() <= room && begin + 11 <= room && std::all_of(line.begin(), line.end(), is_plain)) {
    const std::size_t last = std::max(std::min(end, line.size()), begin);
    return {std::string(line), begin, std::max<std::size_t>(last - begin, 1)};
  }
  std::size_t skipped = 0;
  if (begin > longest_line / 2) {
    skipped = begin - longest_line / 2;
    while (skipped < begin && (static_cast<unsigned char>(line[skipped]) & 0xC0U) == 0x80U) ++skipped;
  }
  line = line.substr(skipped, longest_line);
  const auto inside = [&](std::size_t offset) { return std::min(offset - skipped, line.size()); };
  const std::size_t mark_begin = inside(begin);
  const std::size_t mark_end = std::max(inside(end), mark_begin);
  const std::vector<Cell> cells = cells_of(line);
  const auto index_of = [&](std::size_t offset) {
    return static_cast<std::size_t>(std::lower_bound(cells.begin(), cells.end(), offset,
                                                     [](const Cell& c, std::size_t at) { return c.begin < at; }) -
                                    cells.begin());
  };
  const std::size_t first = first_cell(cells, index_of(mark_begin), room);
  Window window;
  if (first > 0 || skipped > 0) window.text = "...";
  std::size_t used = window.text.size();
  const std::size_t from = std::max(first, index_of(mark_begin));
  const std::size_t to = index_of(mark_end);
  window.mark_begin = used + width_of(cells, first, from);
  for (std::size_t i = first; i < cells.size(); ++i) {
    if (used + cells[i].width > room) {
      window.text += "...";
      break;
    }
    print(cells[i], window.text);
    used += cells[i].width;
    if (i >= from && i < to) window.mark_width += cells[i].width;
  }
  window.mark_width = std::max<std::size_t>(window.mark_width, 1);
  return window;
}

void write_gutter(std::ostream& out, std::string_view number, std::size_t gutter, const Paint& paint) {
  out << paint.blue << std::string(gutter - std::min(gutter, number.size()), ' ') << number << " |" << paint.reset;
}

void write_line(std::ostream& out, std::uint32_t number, std::string_view text, std::size_t gutter,
                const Paint& paint) {
  write_gutter(out, std::to_string(number), gutter, paint);
  if (!text.empty()) out << ' ' << text;
  out << '\n';
}

bool blank(std::string_view line) { return line.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

Paint::Paint(bool on) {
  if (!on) return;
  bold = "\x1b[1m";
  dim = "\x1b[2m";
  red = "\x1b[1;31m";
  yellow = "\x1b[1;33m";
  blue = "\x1b[1;34m";
  cyan = "\x1b[1;36m";
  green = "\x1b[1;32m";
  reset = "\x1b[0m";
}

std::string_view Paint::of(Severity severity) const {
  switch (severity) {
    case Severity::error:
      return red;
    case Severity::warning:
      return yellow;
    default:
      return cyan;
  }
}

std::size_t digits(std::uint32_t number) { return std::to_string(number).size(); }

void write_frame(std::ostream& out, const SourceFile& file, const Mark& mark, std::size_t gutter,
                 const TextStyle& style, const Paint& paint, std::string_view mark_color) {
  const Position begin = file.position(mark.span.begin);
  const Position end = file.position(std::max(mark.span.end, mark.span.begin));
  const std::size_t room = style.width > gutter + 20 ? style.width - gutter - 6 : 60;
  const std::string_view line = file.line(begin.line);
  const auto line_begin = static_cast<std::size_t>(line.data() ? line.data() - file.text().data() : begin.offset);
  const std::size_t from = begin.offset - std::min<std::size_t>(line_begin, begin.offset);
  const std::size_t to = begin.line == end.line ? end.offset - line_begin : line.size();
  if (begin.line > 1 && !blank(file.line(begin.line - 1))) {
    write_line(out, begin.line - 1, window_of(file.line(begin.line - 1), 0, 0, room).text, gutter, paint);
  }
  const Window window = window_of(line, std::min(from, line.size()), std::min(to, line.size()), room);
  write_line(out, begin.line, window.text, gutter, paint);
  write_gutter(out, "", gutter, paint);
  out << ' ' << std::string(window.mark_begin, ' ') << mark_color << std::string(window.mark_width, mark.under);
  if (!mark.text.empty()) out << ' ' << visible(mark.text);
  out << paint.reset << '\n';
  for (std::uint32_t next = begin.line + 1; next <= end.line && next <= begin.line + lines_below; ++next) {
    write_line(out, next, window_of(file.line(next), 0, 0, room).text, gutter, paint);
  }
  if (end.line > begin.line + lines_below) out << paint.blue << "..." << paint.reset << '\n';
}

}  // namespace mlint::report
