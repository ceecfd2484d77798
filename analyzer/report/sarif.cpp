#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "analyzer/report/line_hash.h"
#include "analyzer/report/report.h"
#include "analyzer/report/uri.h"

// SARIF 2.1.0 as GitHub code scanning reads it.
namespace mlint {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_results = 5000;  // GitHub keeps no more of a run

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "note";
    case Severity::off:
      return "none";
  }
  return "none";
}

// In a plain message brackets begin a link.
std::string message_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string or_else(std::string_view text, std::string_view other) { return std::string(text.empty() ? other : text); }

std::string help_text(const RuleInfo& rule) {
  std::string text = or_else(rule.effect, rule.summary);
  if (!rule.instead.empty()) text += "\n\nInstead: " + std::string(rule.instead);
  return text;
}

std::string help_markdown(const RuleInfo& rule) {
  std::string text = "**" + std::string(rule.name) + "** (" + std::string(rule.code) + ")\n\n" +
                     or_else(rule.summary, rule.name) + "\n";
  const auto part = [&](const char* title, std::string_view body) {
    if (!body.empty()) text += "\n**" + std::string(title) + "** " + std::string(body) + "\n";
  };
  part("What happens:", rule.effect);
  part("Instead:", rule.instead);
  part("Silent when:", rule.silent_when);
  return text + "\nMore: `mlint explain " + std::string(rule.name) + "`\n";
}

std::string_view problem_severity(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    default:
      return "recommendation";
  }
}

Json rule_json(const RuleInfo& rule) {
  return {{"id", rule.code},
          {"name", rule.name},
          {"shortDescription", {{"text", or_else(rule.summary, rule.name)}}},
          {"fullDescription", {{"text", or_else(rule.effect, or_else(rule.summary, rule.name))}}},
          {"help", {{"text", help_text(rule)}, {"markdown", help_markdown(rule)}}},
          {"defaultConfiguration", {{"level", level_of(rule.severity)}}},
          {"properties",
           {{"tags", {"migration", name_of(rule.group)}},
            {"precision", "high"},
            {"problem.severity", problem_severity(rule.severity)}}}};
}

// Only the first line of a long span: GitHub shows an alert on a pull request when all its lines are in the diff.
Json region_json(const SourceFile& file, Span span) {
  const Position begin = file.position(span.begin);
  Position end = file.position(std::max(span.begin, span.end));
  if (end.line != begin.line) {
    const std::string_view line = file.line(begin.line);
    end = file.position(static_cast<std::uint32_t>(line.data() + line.size() - file.text().data()));
  }
  Json region = {{"startLine", begin.line}, {"startColumn", begin.column}};
  region["endLine"] = end.line;
  region["endColumn"] = std::max(end.column, begin.column);
  return region;
}

Json location_json(const Report& report, const Location& location, const std::string& path) {
  Json physical = {{"artifactLocation",
                    {{"uri", report::percent_encoded(report.repository_prefix + path)}, {"uriBaseId", "%SRCROOT%"}}}};
  if (const SourceFile* file = report.source(location.file)) {
    physical["region"] = region_json(*file, location.span);
  } else {
    physical["region"] = {{"startLine", 1}};
  }
  return {{"physicalLocation", std::move(physical)}};
}

class Writer {
 public:
  explicit Writer(const Report& report) : report_(report) {}

  Json log() {
    Json run = {{"tool", {{"driver", driver()}}},
                {"invocations", Json::array({invocation()})},
                {"originalUriBaseIds", {{"%SRCROOT%", {{"description", {{"text", "the root of the repository"}}}}}}},
                {"columnKind", "unicodeCodePoints"},
                {"results", Json::array()}};
    for (const Diagnostic* each : kept()) run["results"].push_back(result(*each));
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", Json::array({std::move(run)})}};
  }

 private:
  Json driver() {
    Json rules = Json::array();
    const auto add = [&](const RuleInfo* rule) {
      if (rule_index_.try_emplace(rule->code, rules.size()).second) rules.push_back(rule_json(*rule));
    };
    for (const RuleInfo* rule : report_.rules) add(rule);
    for (const Diagnostic& each : report_.findings) add(each.rule);
    return {{"name", "mlint"}, {"version", MLINT_VERSION}, {"semanticVersion", MLINT_VERSION}, {"rules", rules}};
  }

  std::vector<const Diagnostic*> kept() {
    std::vector<const Diagnostic*> all;
    for (const Diagnostic& each : report_.findings) all.push_back(&each);
    if (all.size() <= most_results) return all;
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->severity > b->severity; });
    all.resize(most_results);
    return all;
  }

  Json invocation() {
    Json notifications = Json::array();
    for (const std::string& problem : report_.problems) {
      notifications.push_back({{"level", "error"}, {"message", {{"text", problem}}}});
    }
    Json json = {{"executionSuccessful", report_.problems.empty()}};
    if (report_.findings.size() > most_results) {
      const std::string text = "only " + std::to_string(most_results) + " of " +
                               std::to_string(report_.findings.size()) + " findings are listed, the most severe first";
      json["toolExecutionNotifications"] = Json::array({{{"level", "warning"}, {"message", {{"text", text}}}}});
    }
    if (!notifications.empty()) json["toolConfigurationNotifications"] = std::move(notifications);
    return json;
  }

  Json result(const Diagnostic& diagnostic) {
    const Finding& finding = diagnostic.finding;
    Json json = {{"ruleId", diagnostic.rule->code},
                 {"ruleIndex", rule_index_.at(diagnostic.rule->code)},
                 {"level", level_of(diagnostic.severity)},
                 {"message", {{"text", message(diagnostic)}}},
                 {"locations", Json::array({location_json(report_, finding.location, report_.path_of(finding))})},
                 {"partialFingerprints", fingerprints(diagnostic)}};
    if (!finding.labels.empty()) json["relatedLocations"] = related(finding);
    return json;
  }

  static std::string message(const Diagnostic& diagnostic) {
    const Finding& finding = diagnostic.finding;
    std::string text = message_text(finding.message) + ".";
    for (const LockFact& lock : finding.locks) {
      text +=
          "\nLock: " + message_text(lock.mode + " on " + lock.relation + (lock.waits.empty() ? "" : "; " + lock.waits));
    }
    for (const std::string& work : finding.work_details) text += "\nWork: " + message_text(work);
    if (!finding.help.empty()) text += "\nInstead: " + message_text(finding.help);
    return text;
  }

  Json related(const Finding& finding) {
    Json json = Json::array();
    for (const Label& label : finding.labels) {
      const std::string path = report_.path_of(label);
      if (path.empty()) continue;
      Json location = {{"id", json.size() + 1}};
      location.update(location_json(report_, label.location, path));
      if (!label.text.empty()) location["message"] = {{"text", message_text(label.text)}};
      json.push_back(std::move(location));
    }
    return json;
  }

  Json fingerprints(const Diagnostic& diagnostic) {
    Json json = {{"mlint/v1", diagnostic.fingerprint}};
    const SourceFile* file = report_.source(diagnostic.finding.location.file);
    if (!file) return json;
    const auto [found, is_new] = hashes_.try_emplace(diagnostic.finding.location.file);
    if (is_new) found->second = report::line_hashes(file->text());
    const std::size_t line = file->position(diagnostic.finding.location.span.begin).line;
    if (line <= found->second.size()) json["primaryLocationLineHash"] = found->second[line - 1];
    return json;
  }

  const Report& report_;
  std::map<std::string_view, std::size_t> rule_index_;
  std::map<FileId, std::vector<std::string>> hashes_;
};

}  // namespace

void write_sarif(std::ostream& out, const Report& report) {
  out << Writer(report).log().dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace mlint
