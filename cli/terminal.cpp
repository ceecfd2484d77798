#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace mlint::cli {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool use_color(const std::string& color) {
  if (color == "always") return true;
  if (color == "never") return false;
  if (!environment("NO_COLOR").empty()) return false;
  for (const char* name : {"FORCE_COLOR", "CLICOLOR_FORCE"}) {
    if (!environment(name).empty() && environment(name) != "0") return true;
  }
  if (environment("TERM") == "dumb") return false;
  return ::isatty(STDOUT_FILENO) == 1;
}

std::size_t terminal_width() {
  const std::string_view columns = environment("COLUMNS");
  std::size_t width = 0;
  const auto [end, error] = std::from_chars(columns.data(), columns.data() + columns.size(), width);
  if (error == std::errc() && end == columns.data() + columns.size() && width >= 40) return width;
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) return size.ws_col;
  return 100;
}

}  // namespace

TextStyle style_for(const std::string& color, int verbose, bool to_file) {
  TextStyle style;
  style.verbose = verbose;
  if (to_file) return style;
  style.color = use_color(color);
  style.width = terminal_width();
  return style;
}

}  // namespace mlint::cli
