#include <ostream>

#include "analyzer/report/report.h"
#include "analyzer/report/xml.h"

namespace mlint {

void write_checkstyle(std::ostream& out, const Report& report) {
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  std::string open;
  for (const Diagnostic& each : report.findings) {
    const std::string path = report.repository_prefix + report.path_of(each.finding);
    if (path != open || open.empty()) {
      if (!open.empty()) out << "  </file>\n";
      out << "  <file name=\"" << report::xml_escaped(path) << "\">\n";
      open = path;
    }
    const SourceFile* file = report.source(each.finding.location.file);
    const Position position = file ? file->position(each.finding.location.span.begin) : Position{};
    out << "    <error line=\"" << position.line << "\" column=\"" << position.column << "\" severity=\""
        << name_of(each.severity) << "\" message=\"" << report::xml_escaped(each.finding.message)
        << "\" source=\"mlint." << each.rule->name << "\"/>\n";
  }
  if (!open.empty()) out << "  </file>\n";
  out << "</checkstyle>\n";
}

}  // namespace mlint
