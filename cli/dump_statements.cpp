#include "cli/dump_statements.h"

#include <nlohmann/json.hpp>

#include "analyzer/operation/dump.h"
#include "analyzer/operation/printer.h"

namespace mlint::cli {
namespace {

using Json = nlohmann::ordered_json;

FileStatements of_migration(const django::Migration& migration, django::History& history) {
  const django::History::Judged judged = history.judge(migration);
  FileStatements result{migration.key.app,      migration.key.name,    migration.file, {}, {},
                        judged.lowered.unknown, judged.lowered.assumed};
  for (std::size_t i = 0; i < judged.statements.size(); ++i) {
    const django::LoweredStatement& lowered = judged.lowered.statements[judged.lowered_index[i]];
    const bool python = lowered.sql.empty();
    result.statements.push_back({judged.statements[i], python ? lowered.comment : std::string{}});
    result.operations.push_back(lowered.operation);
  }
  return result;
}

FileStatements of_sql(const SqlFile& file, std::string_view text, Session& session) {
  FileStatements result{{}, file.name, file.file, {}, {}, {}, {}};
  for (std::size_t i = 0; i < file.parsed.statements.size(); ++i) {
    const sql::ParsedStatement& parsed = file.parsed.statements[i];
    const std::string sql(text.substr(parsed.span.begin, parsed.span.end - parsed.span.begin));
    for (const Operation& operation : parsed.operations) {
      result.statements.push_back({session.run(operation, sql, {file.file, parsed.span}), {}});
      result.operations.push_back(i);
    }
  }
  return result;
}

// Whose the statements are.
Json heading(const FileStatements& file, const SourceFile& source) {
  Json json = Json::object();
  if (!file.app.empty()) json["app"] = file.app;
  json["name"] = file.name;
  json["file"] = source.path();
  return json;
}

std::string title(const FileStatements& file, const SourceFile& source) {
  return (file.app.empty() ? file.name : file.app + "." + file.name) + "  " + source.path() + "\n";
}

std::string shown(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::vector<FileStatements> statements_of(const LoadedProject& project, std::span<const SourceFile> sources,
                                          const django::Graph& graph, const django::ReplayOptions& replay) {
  std::vector<FileStatements> result;
  django::History history(replay);
  for (const django::MigrationKey& key : graph.order) {
    const auto node = graph.nodes.find(key);
    if (node != graph.nodes.end() && node->second) result.push_back(of_migration(*node->second, history));
  }
  Session session(Schema(), replay.server);
  const std::string* directory = nullptr;
  for (const SqlFile& file : project.sql_files) {
    if (directory == nullptr || *directory != file.directory) session = Session(Schema(), replay.server);
    directory = &file.directory;
    result.push_back(of_sql(file, sources[static_cast<std::size_t>(file.file)].text(), session));
  }
  return result;
}

std::string operations_json(const FileStatements& file, const SourceFile& source) {
  Json json = heading(file, source);
  json["operations"] = Json::array();
  for (std::size_t i = 0; i < file.statements.size(); ++i) {
    const SqlStatement& each = file.statements[i];
    Json entry{{"operation", file.operations[i]}, {"kind", kind_name(each.statement.operation)}};
    entry[each.comment.empty() ? "sql" : "comment"] = each.comment.empty() ? each.statement.text : each.comment;
    entry["read"] = dump_operation(each.statement.operation);
    json["operations"].push_back(std::move(entry));
  }
  for (const auto& [operation, reason] : file.unknown) {
    json["unknown"].push_back({{"operation", operation}, {"reason", reason}});
  }
  for (const auto& [operation, reason] : file.assumed) {
    json["assumed"].push_back({{"operation", operation}, {"reason", reason}});
  }
  return shown(json);
}

std::string operations_text(const FileStatements& file, const SourceFile& source) {
  std::string out = title(file, source);
  for (std::size_t i = 0; i < file.statements.size(); ++i) {
    out += std::to_string(file.operations[i]) + " " + dump_operation(file.statements[i].statement.operation);
  }
  for (const auto& [operation, reason] : file.unknown) {
    out += std::to_string(operation) + " unknown: " + reason + "\n";
  }
  for (const auto& [operation, reason] : file.assumed) {
    out += std::to_string(operation) + " assumed: " + reason + "\n";
  }
  return out + "\n";
}

std::string effects_json(const FileStatements& file, const SourceFile& source, int pg_version) {
  std::string head = shown(heading(file, source));
  head.back() = ',';
  const SqlJudgement judgement{pg_version, file.statements};
  std::string body = sql_json({&judgement, 1}, &source);
  while (body.ends_with('\n')) body.pop_back();
  return head + body.substr(1);
}

std::string effects_text(const FileStatements& file, const SourceFile& source, int pg_version) {
  const SqlJudgement judgement{pg_version, file.statements};
  return title(file, source) + sql_text({&judgement, 1}) + "\n";
}

}  // namespace mlint::cli
