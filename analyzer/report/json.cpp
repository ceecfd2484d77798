#include <nlohmann/json.hpp>
#include <ostream>

#include "analyzer/report/report.h"

namespace mlint {
namespace {

using Json = nlohmann::ordered_json;

Json position_json(const Position& position) {
  return {{"line", position.line}, {"column", position.column}, {"offset", position.offset}};
}

Json range_json(const SourceFile& file, Span span) {
  return {{"start", position_json(file.position(span.begin))},
          {"end", position_json(file.position(std::max(span.begin, span.end)))}};
}

void put_place(Json& json, const Report& report, const Location& location, const std::string& path) {
  if (!path.empty()) json["file"] = path;
  if (const SourceFile* file = report.source(location.file)) json["range"] = range_json(*file, location.span);
}

void put(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

Json label_json(const Report& report, const Label& label) {
  Json json = Json::object();
  put_place(json, report, label.location, report.path_of(label));
  json["text"] = label.text;
  return json;
}

std::string_view name_of(Applicability applicability) {
  switch (applicability) {
    case Applicability::safe:
      return "safe";
    case Applicability::unsafe:
      return "unsafe";
    case Applicability::manual:
      return "manual";
  }
  return "manual";
}

Json fix_json(const Report& report, const Fix& fix) {
  Json edits = Json::array();
  for (const Edit& edit : fix.edits) {
    Json json = Json::object();
    const SourceFile* file = report.source(edit.replace.file);
    put_place(json, report, edit.replace, file ? file->path() : std::string());
    json["with"] = edit.with;
    edits.push_back(std::move(json));
  }
  return {{"title", fix.title}, {"applicability", name_of(fix.applicability)}, {"edits", std::move(edits)}};
}

Json locks_json(const std::vector<LockFact>& locks) {
  Json json = Json::array();
  for (const LockFact& lock : locks) {
    json.push_back({{"relation", lock.relation}, {"kind", lock.kind}, {"mode", lock.mode}});
  }
  return json;
}

void put_facts(Json& json, const Report& report, const Finding& finding) {
  put(json, "app", finding.app);
  put(json, "migration", finding.migration);
  if (finding.operation) json["operation"] = *finding.operation;
  put(json, "path", finding.operation_path);
  if (finding.statement) json["statement"] = *finding.statement;
  put(json, "sql", finding.sql);
  if (!finding.locks.empty()) json["locks"] = locks_json(finding.locks);
  if (!finding.work.empty()) json["work"] = finding.work;
  if (!finding.labels.empty()) {
    Json& labels = json["labels"] = Json::array();
    for (const Label& label : finding.labels) labels.push_back(label_json(report, label));
  }
  if (!finding.notes.empty()) json["notes"] = finding.notes;
  put(json, "help", finding.help);
  if (finding.fix) json["fix"] = fix_json(report, *finding.fix);
}

Json finding_json(const Report& report, const Diagnostic& diagnostic) {
  Json json = {{"rule", diagnostic.rule->name},
               {"code", diagnostic.rule->code},
               {"severity", mlint::name_of(diagnostic.severity)},
               {"message", diagnostic.finding.message}};
  put_place(json, report, diagnostic.finding.location, report.path_of(diagnostic.finding));
  put_facts(json, report, diagnostic.finding);
  if (!diagnostic.pg_versions.empty()) json["postgresql"] = diagnostic.pg_versions;
  json["docs"] = "docs/rules/" + std::string(diagnostic.rule->name) + ".md";
  json["fingerprint"] = diagnostic.fingerprint;
  return json;
}

Json scope_json(const ScopeSummary& scope) {
  Json json = {{"kind", scope.kind}};
  put(json, "base", scope.base);
  json["judged"] = scope.judged;
  json["context"] = scope.context;
  return json;
}

Json projects_json(const Report& report) {
  Json json = Json::array();
  for (const ProjectSummary& project : report.projects) {
    Json each = {{"root", project.root}, {"migrations", project.migrations}, {"judged", project.judged}};
    put(each, "django", project.version);
    json.push_back(std::move(each));
  }
  return json;
}

Json summary_json(const Report& report) {
  Json json = {{"scope", scope_json(report.scope)}};
  put(json, "postgresql", report.postgresql);
  if (!report.projects.empty()) put(json, "django", report.projects[0].version);
  json["files"] = report.files;
  json["migrations"] = report.migrations;
  json["operations"] = report.operations;
  json["unanalyzed"] = report.unanalyzed.size();
  json["errors"] = report.count(Severity::error);
  json["warnings"] = report.count(Severity::warning);
  json["infos"] = report.count(Severity::info);
  json["suppressed"] = report.suppressed;
  if (!report.unlisted.empty()) json["unlisted"] = report.unlisted;
  if (report.projects.size() > 1) json["projects"] = projects_json(report);
  std::vector<std::string> notes = report.remarks;
  notes.insert(notes.end(), report.notes.begin(), report.notes.end());
  if (!notes.empty()) json["notes"] = notes;
  if (!report.problems.empty()) json["problems"] = report.problems;
  return json;
}

Json unanalyzed_json(const Report& report) {
  Json json = Json::array();
  for (const Unanalyzed& each : report.unanalyzed) {
    Json item = Json::object();
    const SourceFile* file = report.source(each.location.file);
    put_place(item, report, each.location, file ? file->path() : std::string());
    item["operation"] = each.what;
    item["reason"] = each.reason;
    json.push_back(std::move(item));
  }
  return json;
}

Json verdict_json(const MigrationVerdict& verdict) {
  Json json = Json::object();
  put(json, "app", verdict.app);
  json["name"] = verdict.name;
  json["file"] = verdict.file;
  json["verdict"] = name_of(verdict.verdict);
  json["backup_first"] = verdict.backup_first;
  json["reasons"] = verdict.reasons;
  return json;
}

}  // namespace

void write_json(std::ostream& out, const Report& report) {
  Json json = {{"version", 1},
               {"tool", {{"name", "mlint"}, {"version", MLINT_VERSION}}},
               {"summary", summary_json(report)},
               {"findings", Json::array()},
               {"migrations", Json::array()}};
  for (const Diagnostic& each : report.findings) json["findings"].push_back(finding_json(report, each));
  for (const MigrationVerdict& each : report.verdicts) json["migrations"].push_back(verdict_json(each));
  if (!report.unanalyzed.empty()) json["unanalyzed"] = unanalyzed_json(report);
  // Names and SQL may hold bytes that are no UTF-8; they become U+FFFD instead of an exception.
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace mlint
