#include <algorithm>
#include <map>
#include <ostream>

#include "analyzer/base/clip.h"
#include "analyzer/report/report.h"
#include "analyzer/report/summary.h"
#include "analyzer/report/visible.h"

// Workflow commands of GitHub Actions: one physical line each.
namespace mlint {
namespace {

constexpr std::size_t shown_per_level = 10;  // GitHub drops the rest of a step without a word
constexpr std::size_t longest_message = 4000;

std::string escaped(std::string_view text, bool property) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '%':
        result += "%25";
        break;
      case '\r':
        result += "%0D";
        break;
      case '\n':
        result += "%0A";
        break;
      case ':':
        result += property ? "%3A" : ":";
        break;
      case ',':
        result += property ? "%2C" : ",";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string_view command_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    default:
      return "notice";
  }
}

std::string cut(std::string text) {
  if (text.size() <= longest_message) return text;
  return std::string(clip(text, longest_message)) + "...";
}

std::string message_of(const Report& report, const Diagnostic& diagnostic, const std::string& place) {
  const Finding& finding = diagnostic.finding;
  std::string text = place + ": " + finding.message;
  for (const LockFact& lock : finding.locks) {
    text += "\nlock: " + lock.mode + " on " + lock.relation + (lock.waits.empty() ? "" : "; " + lock.waits);
  }
  for (const std::string& work : finding.work_details) text += "\nwork: " + work;
  for (const Label& label : finding.labels) {
    const std::string path = report.path_of(label);
    if (!path.empty())
      text += "\nsee: " + report.repository_prefix + path + (label.text.empty() ? "" : ": " + label.text);
  }
  if (!finding.help.empty()) text += "\nhelp: " + finding.help;
  return cut(report::visible_lines(text));
}

void write_annotation(std::ostream& out, const Report& report, const Diagnostic& diagnostic) {
  const Finding& finding = diagnostic.finding;
  const std::string path = report.repository_prefix + report.path_of(finding);
  std::string place = path;
  out << "::" << command_of(diagnostic.severity) << " file=" << escaped(report::visible_lines(path), true);
  if (const SourceFile* file = report.source(finding.location.file)) {
    const Position begin = file->position(finding.location.span.begin);
    const Position end = file->position(std::max(finding.location.span.begin, finding.location.span.end));
    out << ",line=" << begin.line;
    // Columns of a range over several lines make GitHub drop the annotation.
    if (end.line == begin.line)
      out << ",endLine=" << end.line << ",col=" << begin.column << ",endColumn=" << end.column;
    place += ":" + std::to_string(begin.line) + ":" + std::to_string(begin.column);
  }
  const std::string title =
      "mlint " + std::string(diagnostic.rule->name) + " (" + std::string(diagnostic.rule->code) + ")";
  out << ",title=" << escaped(title, true) << "::" << escaped(message_of(report, diagnostic, place), false) << '\n';
}

}  // namespace

void write_github(std::ostream& out, const Report& report) {
  std::vector<const Diagnostic*> order;
  for (const Diagnostic& each : report.findings) order.push_back(&each);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->severity > b->severity; });
  std::map<std::string_view, std::size_t> total, written;
  for (const Diagnostic* each : order) ++total[command_of(each->severity)];
  std::size_t hidden = 0;
  for (const auto& [level, number] : total) hidden += number > shown_per_level ? number - shown_per_level : 0;
  // The closing notice takes one of the ten.
  if (hidden > 0 && total["notice"] >= shown_per_level) ++hidden;
  for (const Diagnostic* each : order) {
    const std::string_view level = command_of(each->severity);
    const std::size_t room = hidden > 0 && level == "notice" ? shown_per_level - 1 : shown_per_level;
    if (written[level]++ < room) write_annotation(out, report, *each);
  }
  if (hidden > 0) {
    out << "::notice title=mlint::" << hidden << " more " << (hidden == 1 ? "finding" : "findings")
        << " without an annotation (GitHub shows 10 a level): " << escaped(report::verdict_line(report), false) << '\n';
  }
}

}  // namespace mlint
