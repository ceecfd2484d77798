#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/django/replay.h"
#include "analyzer/lint/load.h"
#include "cli/sql.h"

// `dump --stage=operations|effects`: what each migration or SQL file asks of the server, and what that does.
namespace mlint::cli {

struct FileStatements {
  std::string app, name;  // app: empty for SQL files
  FileId file = FileId::none;
  std::vector<SqlStatement> statements;
  std::vector<std::size_t> operations;  // of statements[i]: index in the migration or the file
  std::vector<std::pair<std::size_t, std::string>> unknown, assumed;  // operation index, why not all is known
};

// In the order in which they run, each judged with the schema before it.
std::vector<FileStatements> statements_of(const LoadedProject& project, std::span<const SourceFile> sources,
                                          const django::Graph& graph, const django::ReplayOptions& replay);

std::string operations_json(const FileStatements& file, const SourceFile& source);
std::string operations_text(const FileStatements& file, const SourceFile& source);
std::string effects_json(const FileStatements& file, const SourceFile& source, int pg_version);
std::string effects_text(const FileStatements& file, const SourceFile& source, int pg_version);

}  // namespace mlint::cli
