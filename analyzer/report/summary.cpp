#include "analyzer/report/summary.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "analyzer/report/visible.h"

namespace mlint::report {
namespace {

std::string scope_adjective(const Report& report) {
  if (report.scope.kind == "changed") return "changed ";
  if (report.scope.kind == "staged") return "staged ";
  if (report.scope.kind == "files") return "named ";
  if (report.scope.kind == "applied") return "pending ";
  return {};
}

std::size_t migrations_with_findings(const Report& report) {
  std::set<std::string> seen;
  for (const Diagnostic& each : report.findings) seen.insert(report.path_of(each.finding));
  return seen.size();
}

void add(std::string& line, std::string_view part) {
  if (!line.empty()) line += ", ";
  line += part;
}

}  // namespace

std::string grouped(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string counted(std::size_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string verdict_line(const Report& report) {
  std::string line;
  for (const auto& [severity, noun] : {std::pair{Severity::error, "error"}, std::pair{Severity::warning, "warning"},
                                       std::pair{Severity::info, "info"}}) {
    if (const std::size_t number = report.count(severity); number > 0) {
      add(line, severity == Severity::info ? grouped(number) + " info" : counted(number, noun));
    }
  }
  std::string judged = counted(report.scope.judged, scope_adjective(report) + "migration") + " judged";
  if (report.scope.context > 0) judged += ", " + grouped(report.scope.context) + " as context";
  if (!report.scope.base.empty()) judged += ", base " + visible(report.scope.base);
  if (report.scope.kind == "history") {
    // What the work tree adds to the history is listed, with its verdicts.
    const std::size_t added = report.verdicts.size();
    if (line.empty()) line = "no problems in the graph";
    if (added > 0) line += "; " + counted(added, "new migration") + " judged";
    return line + "; existing history of " + counted(report.scope.judged + report.scope.context - added, "migration") +
           " counted, not listed";
  }
  if (line.empty()) return "no problems: " + judged;
  return line + " in " + counted(migrations_with_findings(report), "file") + "; " + judged;
}

std::string basis_line(const Report& report) {
  std::string line;
  if (!report.postgresql.empty()) add(line, "PostgreSQL " + report.postgresql);
  if (!report.postgresql_origin.empty()) line += " (" + report.postgresql_origin + ")";
  const std::string django = report.projects.size() == 1 ? django_of(report.projects[0]) : std::string();
  if (!django.empty()) add(line, django);
  return visible(line);
}

std::string django_of(const ProjectSummary& project) {
  if (!project.django || project.version.empty()) return {};
  return "Django " + project.version + (project.version_origin.empty() ? "" : " from " + project.version_origin);
}

std::string unlisted_line(const Report& report) {
  std::vector<std::pair<std::size_t, std::string>> counts;
  for (const auto& [rule, number] : report.unlisted) counts.emplace_back(number, rule);
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string line;
  for (const auto& [number, rule] : counts) add(line, grouped(number) + " " + rule);
  return line;
}

}  // namespace mlint::report
