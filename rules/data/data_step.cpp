#include "rules/data/data_step.h"

#include <algorithm>

#include "rules/subject.h"

namespace mlint::rules {

static bool writes(const Operation& operation, const QualifiedName& table, const std::vector<std::string>& columns) {
  const auto* dml = operation.as<Dml>();
  if (dml == nullptr || !dml->query || !dml->query->target || dml->query->target->name.name != table.name) return false;
  if (dml->query->kind == Query::Kind::delete_) return true;
  for (const Query::Assignment& assignment : dml->query->assignments)
    if (columns.empty() || std::find(columns.begin(), columns.end(), assignment.column) != columns.end()) return true;
  return false;
}

static bool names_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto is_name = [](char c) {
      return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    const bool begins = at == 0 || !is_name(text[at - 1]);
    const bool ends = at + word.size() >= text.size() || !is_name(text[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

static std::string field_of(const std::string& column) {
  return column.ends_with("_id") ? column.substr(0, column.size() - 3) : column;
}

static bool python_names(const ProjectView& project, const django::Migration& migration,
                         const std::vector<std::string>& columns) {
  const auto file = static_cast<std::size_t>(migration.file);
  if (file >= project.sources.size()) return false;
  for (const py::Function& function : migration.module.functions) {
    const std::string_view body = project.sources[file].text(function.span);
    for (const std::string& column : columns)
      if (names_word(body, field_of(column)) || names_word(body, column)) return true;
  }
  return false;
}

// Python that is not in the file: whatever it does, nobody can say that it cleans nothing.
static bool is_unread(const django::ModelOperation& operation) {
  if (operation.known_as.empty()) return true;
  const py::Value* code = operation.argument("code");
  return operation.known_as == "RunPython" && !operation.python &&
         (code == nullptr || !py::dotted_name(*code).ends_with("noop"));
}

static bool cleans(const ProjectView& project, const django::Migration& migration, const QualifiedName& table,
                   const std::vector<std::string>& columns) {
  for (const django::ModelOperation& operation : migration.operations) {
    if (is_unread(operation)) return true;
    if (operation.known_as == "RunPython" && python_names(project, migration, columns)) return true;
    for (const django::SqlText& sql : operation.sql)
      for (const sql::ParsedStatement& statement : sql.parsed.statements)
        for (const Operation& one : statement.operations)
          if (writes(one, table, columns)) return true;
  }
  return false;
}

// Only the few migrations before this one: a data step of years ago moved other rows. The last comes first.
static std::vector<const django::Migration*> those_before(const MigrationView& view) {
  constexpr std::size_t reach = 8;
  std::vector<const django::Migration*> earlier;
  for (const django::Migration& migration : view.project.migrations)
    if (migration.key.app == view.app && migration.key.name <= view.name) earlier.push_back(&migration);
  std::sort(earlier.begin(), earlier.end(), [](const auto* a, const auto* b) { return a->key.name > b->key.name; });
  if (earlier.size() > reach) earlier.resize(reach);
  return earlier;
}

// `row.phone` and F("phone") read the field; `row.phone = …` sets it, and then it is cleaned and not copied.
static bool reads_only(std::string_view body, std::string_view field) {
  bool reads = false;
  for (std::size_t at = body.find(field); at != std::string_view::npos; at = body.find(field, at + 1)) {
    const std::string_view before = body.substr(0, at);
    if (names_word(body.substr(at, field.size() + 1), field) && before.ends_with('.')) {
      const std::string_view rest = body.substr(at + field.size());
      const std::size_t next = rest.find_first_not_of(' ');
      if (next < rest.size() && rest[next] == '=' && rest.substr(next, 2) != "==") return false;
      reads = true;
    }
    reads = reads || before.ends_with("F(\"") || before.ends_with("F('");
  }
  return reads;
}

bool copied_earlier(const MigrationView& view, const std::string& column) {
  if (view.migration == nullptr) return false;
  const ProjectView& project = view.project;
  for (const django::Migration* migration : those_before(view)) {
    const auto file = static_cast<std::size_t>(migration->file);
    const auto changed = std::find(project.changed.begin(), project.changed.end(), migration->key);
    if (changed != project.changed.end() || file >= project.sources.size()) continue;
    for (const django::ModelOperation& operation : migration->operations) {
      const py::Value* code = operation.known_as == "RunPython" ? operation.argument("code") : nullptr;
      const py::Function* function =
          code == nullptr ? nullptr : migration->module.find_function(py::dotted_name(*code));
      if (function != nullptr && reads_only(project.sources[file].text(function->span), field_of(column))) return true;
    }
  }
  return false;
}

bool cleaned_before(const StatementView& view, const QualifiedName& table, const std::vector<std::string>& columns) {
  for (const Statement& statement : view.migration.statements) {
    if (statement.index >= view.statement.index) break;
    if (writes(statement.operation, table, columns)) return true;
  }
  if (view.migration.migration == nullptr) return false;
  for (const django::Migration* migration : those_before(view.migration))
    if (cleans(view.migration.project, *migration, table, columns)) return true;
  return false;
}

bool names_validation(const django::ModelOperation& operation, const std::string& constraint) {
  if (operation.known_as == "ValidateConstraint" && operation.text("name") == constraint) return true;
  for (const django::SqlText& sql : operation.sql)
    for (const sql::ParsedStatement& statement : sql.parsed.statements)
      for (const Operation& one : statement.operations)
        for (const auto* validate : actions<alter::ValidateConstraint>(one))
          if (validate->name == constraint) return true;
  for (const django::ModelOperation& nested : operation.database_operations)
    if (names_validation(nested, constraint)) return true;
  return false;
}

}  // namespace mlint::rules
