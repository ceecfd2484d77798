#pragma once

#include <cstddef>
#include <iosfwd>

#include "analyzer/diagnostic/report.h"

// One function a format that writes what a run found. Nothing here decides anything.
namespace mlint {

struct TextStyle {
  bool color = false;
  std::size_t width = 100;
  int verbose = 0;
};

void write_text(std::ostream& out, const Report& report, const TextStyle& style);
// Its parts: findings [first, last), which may be written side by side, and what stands behind them all.
void write_text_findings(std::ostream& out, const Report& report, std::size_t first, std::size_t last,
                         const TextStyle& style);
void write_text_summary(std::ostream& out, const Report& report, const TextStyle& style);
void write_concise(std::ostream& out, const Report& report, const TextStyle& style);
void write_json(std::ostream& out, const Report& report);
void write_sarif(std::ostream& out, const Report& report);
void write_github(std::ostream& out, const Report& report);
void write_gitlab(std::ostream& out, const Report& report);
void write_junit(std::ostream& out, const Report& report);
void write_checkstyle(std::ostream& out, const Report& report);
void write_markdown(std::ostream& out, const Report& report);

}  // namespace mlint
