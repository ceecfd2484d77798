#include "analyzer/django/sqlmigrate.h"

namespace mlint::django {
namespace {

constexpr std::string_view python_mark = "-- THIS OPERATION CANNOT BE WRITTEN AS SQL";
constexpr std::string_view old_python_mark = "-- MIGRATION NOW PERFORMS OPERATION THAT CANNOT BE WRITTEN AS SQL:";

void add_statement(const LoweredStatement& statement, std::string& out) {
  if (statement.sql.empty()) {
    for (const Operation& operation : statement.operations) {
      if (const auto* opaque = operation.as<Opaque>()) out += "-- not known: " + opaque->reason + "\n";
    }
    return;
  }
  out += statement.sql;
  const auto last = statement.sql.find_last_not_of(" \t\n\r");
  if (last == std::string::npos || statement.sql[last] != ';') out += ';';
  out += '\n';
}

void add_operation(const Migration& migration, const LoweredMigration& lowered, std::size_t index,
                   const Version& version, std::string& out) {
  const ModelOperation& operation = migration.operations[index];
  const bool python = operation.known_as == "RunPython";
  const bool old = version < Version{4, 1};
  out += "--\n";
  if (python && old) out.append(old_python_mark).append("\n");
  out += "-- " + describe(operation, version) + "\n--\n";
  if (python) {
    if (!old) out.append(python_mark).append("\n");
    return;
  }
  bool any = false;
  for (const LoweredStatement& statement : lowered.statements) {
    if (statement.operation != index || statement.deferred) continue;
    if (statement.sql.empty() && !statement.comment.empty()) continue;  // Python inside a state/database combination
    any = true;
    add_statement(statement, out);
  }
  if (!any && !old) out += "-- (no-op)\n";
}

}  // namespace

std::string sqlmigrate_text(const Migration& migration, const LoweredMigration& lowered, const Version& version,
                            Direction direction) {
  if (migration.operations.empty()) return {};  // "No operations found.", on standard error
  std::string out;
  if (migration.atomic) out += "BEGIN;\n";
  const std::size_t count = migration.operations.size();
  for (std::size_t i = 0; i < count; ++i) {
    add_operation(migration, lowered, direction == Direction::forwards ? i : count - 1 - i, version, out);
  }
  for (const LoweredStatement& statement : lowered.statements) {
    if (statement.deferred) add_statement(statement, out);
  }
  if (migration.atomic) out += "COMMIT;\n";
  return out;
}

}  // namespace mlint::django
