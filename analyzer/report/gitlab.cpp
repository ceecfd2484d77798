#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "analyzer/report/report.h"

// GitLab Code Quality: an array; equal fingerprints would collapse into one, so repeated ones are numbered.
namespace mlint {
namespace {

std::string_view severity_of(const Diagnostic& diagnostic) {
  if (diagnostic.severity == Severity::error) {
    return diagnostic.rule->group == RuleGroup::history ? "critical" : "major";
  }
  return diagnostic.severity == Severity::warning ? "minor" : "info";
}

}  // namespace

void write_gitlab(std::ostream& out, const Report& report) {
  using Json = nlohmann::ordered_json;
  Json json = Json::array();
  std::map<std::string, std::size_t> seen;
  for (const Diagnostic& each : report.findings) {
    const std::size_t ordinal = seen[each.fingerprint]++;
    const SourceFile* file = report.source(each.finding.location.file);
    const std::uint32_t line = file ? file->position(each.finding.location.span.begin).line : 1;
    json.push_back(
        {{"description", std::string(each.rule->name) + ": " + each.finding.message},
         {"check_name", each.rule->name},
         {"fingerprint", each.fingerprint + (ordinal > 0 ? "-" + std::to_string(ordinal) : "")},
         {"severity", severity_of(each)},
         {"location",
          {{"path", report.repository_prefix + report.path_of(each.finding)}, {"lines", {{"begin", line}}}}}});
  }
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace mlint
