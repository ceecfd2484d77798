#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "analyzer/base/source.h"
#include "analyzer/report/report.h"

namespace mlint::report {

// ANSI colours of one meaning each; empty strings without colour.
struct Paint {
  explicit Paint(bool on);
  std::string_view bold, dim, red, yellow, blue, cyan, green, reset;
  std::string_view of(Severity severity) const;
};

struct Mark {
  Span span;
  char under = '^';
  std::string_view text;  // behind the carets
};

// Lines around a span with its carets. `gutter` is the width of the widest line number of the finding.
void write_frame(std::ostream& out, const SourceFile& file, const Mark& mark, std::size_t gutter,
                 const TextStyle& style, const Paint& paint, std::string_view mark_color);

std::size_t digits(std::uint32_t number);

}  // namespace mlint::report
