#include <map>
#include <ostream>
#include <vector>

#include "analyzer/report/report.h"
#include "analyzer/report/xml.h"

// JUnit: one suite an app, one case a judged migration; those without findings are cases that pass.
namespace mlint {
namespace {

struct Case {
  std::string name, file;
  std::vector<const Diagnostic*> findings;
};

struct Suite {
  std::string name;
  std::vector<Case> cases;

  std::size_t failures() const {
    std::size_t number = 0;
    for (const Case& each : cases) number += each.findings.empty() ? 0 : 1;
    return number;
  }
};

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

Case& case_of(std::map<std::string, Suite>& suites, const std::string& app, const std::string& name,
              const std::string& file) {
  const std::string suite_name = app.empty() ? directory_of(file) : app;
  Suite& suite = suites[suite_name];
  suite.name = suite_name;
  for (Case& each : suite.cases) {
    if (each.file == file && each.name == name) return each;
  }
  return suite.cases.emplace_back(Case{name, file, {}});
}

std::string text_of(const Report& report, const Diagnostic& diagnostic) {
  const Finding& finding = diagnostic.finding;
  std::string text = report.repository_prefix + report.path_of(finding);
  if (const SourceFile* file = report.source(finding.location.file)) {
    const Position position = file->position(finding.location.span.begin);
    text += ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
  }
  text += ": " + std::string(name_of(diagnostic.severity)) + "[" + std::string(diagnostic.rule->name) + "] " +
          finding.message;
  if (!finding.help.empty()) text += "\nhelp: " + finding.help;
  return text;
}

void write_case(std::ostream& out, const Report& report, const Suite& suite, const Case& each) {
  out << "    <testcase name=\"" << report::xml_escaped(each.name) << "\" classname=\""
      << report::xml_escaped(suite.name) << "\" file=\"" << report::xml_escaped(report.repository_prefix + each.file)
      << "\" time=\"0\"";
  if (each.findings.empty()) {
    out << "/>\n";
    return;
  }
  // One failure a case, as the schema of most readers has it; it lists all findings.
  std::string text;
  for (const Diagnostic* diagnostic : each.findings) text += text_of(report, *diagnostic) + "\n";
  out << ">\n      <failure type=\"" << each.findings.front()->rule->name << "\" message=\""
      << report::xml_escaped(each.findings.front()->finding.message) << "\">" << report::xml_escaped(text)
      << "</failure>\n    </testcase>\n";
}

}  // namespace

void write_junit(std::ostream& out, const Report& report) {
  std::map<std::string, Suite> suites;
  for (const MigrationVerdict& each : report.verdicts) case_of(suites, each.app, each.name, each.file);
  for (const Diagnostic& each : report.findings) {
    const Finding& finding = each.finding;
    const std::string file = report.path_of(finding);
    case_of(suites, finding.app, finding.migration.empty() ? file : finding.migration, file).findings.push_back(&each);
  }
  if (suites.empty()) suites["mlint"] = Suite{"mlint", {Case{"mlint check", "", {}}}};
  std::size_t tests = 0, failures = 0;
  for (const auto& [name, suite] : suites) {
    tests += suite.cases.size();
    failures += suite.failures();
  }
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mlint\" tests=\"" << tests << "\" failures=\""
      << failures << "\" errors=\"0\" time=\"0\">\n";
  for (const auto& [name, suite] : suites) {
    out << "  <testsuite name=\"" << report::xml_escaped(name) << "\" tests=\"" << suite.cases.size()
        << "\" failures=\"" << suite.failures() << "\" errors=\"0\" skipped=\"0\" time=\"0\">\n";
    for (const Case& each : suite.cases) write_case(out, report, suite, each);
    out << "  </testsuite>\n";
  }
  out << "</testsuites>\n";
}

}  // namespace mlint
