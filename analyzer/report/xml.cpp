#include "analyzer/report/xml.h"

#include "analyzer/report/visible.h"

namespace mlint::report {

std::string xml_escaped(std::string_view text) {
  std::string result;
  for (const char c : visible_lines(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\n':
        result += "&#10;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace mlint::report
