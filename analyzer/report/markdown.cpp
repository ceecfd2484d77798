#include <algorithm>
#include <ostream>
#include <sstream>

#include "analyzer/report/report.h"
#include "analyzer/report/summary.h"
#include "analyzer/report/uri.h"
#include "analyzer/report/visible.h"

// The body of a comment on a pull request. A bot finds its own comment by the first line.
namespace mlint {
namespace {

constexpr std::size_t budget = 60000;  // GitHub refuses bodies above 65,536

std::string inline_text(std::string_view text) {
  std::string result;
  bool code = false;
  for (const char c : report::visible(text)) {
    if (c == '`') code = !code;
    if (!code && (c == '<' || c == '>' || c == '|' || c == '*' || c == '_' || c == '[' || c == ']' || c == '@')) {
      result += '\\';
    }
    if (code && c == '|') result += '\\';  // a table cell ends at any bar
    result += c;
  }
  return code ? result + '`' : result;
}

std::string fence_for(std::string_view text) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

std::string place_of(const Report& report, const Finding& finding) {
  const std::string path = report.repository_prefix + report.path_of(finding);
  std::string line;
  if (const SourceFile* file = report.source(finding.location.file)) {
    line = std::to_string(file->position(finding.location.span.begin).line);
  }
  return "[`" + report::visible(path) + (line.empty() ? "" : ":" + line) + "`](" + report::percent_encoded(path) +
         (line.empty() ? "" : "#L" + line) + ")";
}

std::string details_of(const Report& report, const Diagnostic& diagnostic) {
  const Finding& finding = diagnostic.finding;
  std::string text = "<details><summary>" + std::string(name_of(diagnostic.severity)) + " <code>" +
                     std::string(diagnostic.rule->name) + "</code></summary>\n\n" + inline_text(finding.message) +
                     "\n\n" + place_of(report, finding) + "\n";
  for (const LockFact& lock : finding.locks) {
    text += "- lock: **" + lock.mode + "** on `" + report::visible(lock.relation) + "`" +
            (lock.waits.empty() ? "" : "; " + lock.waits) + "\n";
  }
  for (const std::string& work : finding.work_details) text += "- work: " + inline_text(work) + "\n";
  if (!finding.sql.empty()) {
    const std::string fence = fence_for(finding.sql);
    text += "\n" + fence + "sql\n" + report::visible_lines(finding.sql) + "\n" + fence + "\n";
  }
  if (!finding.help.empty()) {
    const std::string fence = fence_for(finding.help);
    text += "\nInstead:\n" + fence + "\n" + report::visible_lines(finding.help) + "\n" + fence + "\n";
  }
  return text + "\n</details>\n";
}

std::string row_of(const Report& report, const Diagnostic& diagnostic) {
  return "| " + std::string(name_of(diagnostic.severity)) + " | `" + std::string(diagnostic.rule->name) + "` | " +
         place_of(report, diagnostic.finding) + " | " + inline_text(diagnostic.finding.message) + " |\n";
}

}  // namespace

void write_markdown(std::ostream& out, const Report& report) {
  std::string head = "<!-- mlint:report:v1 -->\n## mlint: " + report::verdict_line(report) + "\n\n";
  const std::string basis = report::basis_line(report);
  if (!basis.empty()) head += inline_text(basis) + "\n\n";
  std::vector<const Diagnostic*> order;
  for (const Diagnostic& each : report.findings) order.push_back(&each);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->severity > b->severity; });
  std::string body;
  if (!order.empty()) body = "| | rule | where | what |\n|---|---|---|---|\n";
  std::size_t rows = 0;
  for (const Diagnostic* each : order) {
    const std::string row = row_of(report, *each);
    if (head.size() + body.size() + row.size() + 200 > budget) break;
    body += row;
    ++rows;
  }
  if (rows < order.size()) body += "\n" + report::counted(order.size() - rows, "more finding") + " not listed here.\n";
  body += "\n";
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string details = details_of(report, *order[i]);
    if (head.size() + body.size() + details.size() > budget) break;
    body += details;
  }
  out << head << body;
}

}  // namespace mlint
