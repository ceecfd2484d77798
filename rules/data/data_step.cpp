#include "rules/data/data_step.h"

#include <algorithm>
#include <span>

#include "analyzer/lint/load.h"
#include "analyzer/schema/expressions.h"
#include "rules/data/copying_sql.h"
#include "rules/data/python_body.h"
#include "rules/subject.h"

namespace mlint::rules {

// Rows that go may be those that do not fit where the text tells them by the column, or where all go.
static Cleaned deletes(const Query& query, const std::vector<std::string>& columns) {
  if (columns.empty() || (!query.where && query.from.empty())) return Cleaned::yes;
  bool named = false;
  for_each_expression(query, [&](const Expr& node) {
    named = named ||
            (node.kind == Expr::Kind::column && std::find(columns.begin(), columns.end(), node.name) != columns.end());
  });
  return named ? Cleaned::yes : Cleaned::unread;
}

static Cleaned writes(const Operation& operation, const QualifiedName& table, const std::vector<std::string>& columns) {
  const auto* dml = operation.as<Dml>();
  if (dml == nullptr || !dml->query || !dml->query->target || !means_table(dml->query->target->name, table))
    return Cleaned::no;
  if (dml->query->kind == Query::Kind::delete_) return deletes(*dml->query, columns);
  for (const Query::Assignment& assignment : dml->query->assignments)
    if (columns.empty() || std::find(columns.begin(), columns.end(), assignment.column) != columns.end())
      return Cleaned::yes;
  return Cleaned::no;
}

static Cleaned writes(const std::vector<sql::ParsedStatement>& statements, const QualifiedName& table,
                      const std::vector<std::string>& columns) {
  Cleaned result = Cleaned::no;
  for (const sql::ParsedStatement& statement : statements)
    for (const Operation& one : statement.operations) result = std::max(result, writes(one, table, columns));
  return result;
}

bool names_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto is_name = [](char c) {
      return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    const bool begins = at == 0 || !is_name(text[at - 1]);
    const std::string_view rest = text.substr(at + word.size());
    const bool ends = rest.empty() || !is_name(rest[0]) || rest.starts_with("__");
    if (begins && ends) return true;
  }
  return false;
}

std::string field_of(const std::string& column) {
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

static Cleaned cleans(const ProjectView& project, const django::Migration& migration, std::size_t operations,
                      const QualifiedName& table, const std::vector<std::string>& columns) {
  Cleaned result = Cleaned::no;
  for (std::size_t i = 0; i < operations && i < migration.operations.size(); ++i) {
    const django::ModelOperation& operation = migration.operations[i];
    if (is_unread(operation)) result = Cleaned::unread;
    if (operation.known_as == "RunPython" && python_names(project, migration, columns)) return Cleaned::yes;
    for (const django::SqlText& sql : operation.sql)
      result = std::max(result, writes(sql.parsed.statements, table, columns));
  }
  return result;
}

// Only the few migrations before this one: a data step of years ago moved other rows.
constexpr std::size_t reach = 8;

// The last comes first.
static std::vector<const django::Migration*> those_before(const MigrationView& view) {
  std::vector<const django::Migration*> earlier;
  for (const django::Migration& migration : view.project.migrations)
    if (migration.key.app == view.app && migration.key.name <= view.name) earlier.push_back(&migration);
  std::sort(earlier.begin(), earlier.end(), [](const auto* a, const auto* b) { return a->key.name > b->key.name; });
  if (earlier.size() > reach) earlier.resize(reach);
  return earlier;
}

// `row.owner.`: what comes then is a field of another model.
static bool is_of_relation(std::string_view before) {
  before.remove_suffix(1);
  const std::size_t name = before.find_last_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  return name != std::string_view::npos && name + 1 < before.size() && before[name] == '.';
}

// `row.phone` and F("phone") read the field; `row.phone = …` sets it, and then it is cleaned and not copied.
static bool reads_only(std::string_view body, const std::string& field) {
  bool reads = false;
  for (std::size_t at = body.find(field); at != std::string_view::npos; at = body.find(field, at + 1)) {
    const std::string_view before = body.substr(0, at), rest = body.substr(at + field.size());
    if (!names_word(body.substr(at, field.size() + 2), field)) continue;
    reads = reads || before.ends_with("F(\"") || before.ends_with("F('");
    if (!before.ends_with('.') || is_of_relation(before)) continue;
    const std::size_t next = std::min(rest.find_first_not_of(' '), rest.size());
    if (rest.substr(next).starts_with('=') && !rest.substr(next).starts_with("==")) return false;
    reads = true;
  }
  return reads;
}

// filter(rw=True).update(role="w"): done for one value after the other, another column holds then what the rows are
// told by.
static bool tells_by(const django::PythonCall& call, const std::string& field) {
  if (call.last() != "update" || call.outermost() == nullptr) return false;
  const auto names = [&](const py::Keyword& each) { return each.name == field || each.name.starts_with(field + "__"); };
  const auto& set = call.outermost()->keywords;
  if (set.empty() || std::any_of(set.begin(), set.end(), names)) return false;
  for (std::size_t i = 0; i + 1 < call.path.size(); ++i) {
    if (call.calls[i] == nullptr || (call.path[i] != "filter" && call.path[i] != "exclude")) continue;
    if (std::any_of(call.calls[i]->keywords.begin(), call.calls[i]->keywords.end(), names)) return true;
  }
  return false;
}

static bool copies(const StatementView& view, const django::Migration& migration,
                   const django::ModelOperation& operation, const QualifiedName& table, const std::string& field) {
  const django::PythonBody* body = operation.python.get();
  const auto file = static_cast<std::size_t>(migration.file);
  const ProjectView& project = view.migration.project;
  if (body == nullptr || file >= project.sources.size()) return false;
  const py::Function* function = django::find_python_function(migration.module, body->function);
  return function != nullptr && std::any_of(body->calls.begin(), body->calls.end(), stores_rows) &&
         std::any_of(body->models.begin(), body->models.end(),
                     [&](const django::PythonModel& model) {
                       return table_of(view.operation, *body, model.variable) == table;
                     }) &&
         (reads_only(project.sources[file].text(function->span), field) ||
          std::count_if(body->calls.begin(), body->calls.end(),
                        [&](const django::PythonCall& call) { return tells_by(call, field); }) > 1);
}

static bool copies_in_sql(const django::ModelOperation& operation, const QualifiedName& table,
                          const std::string& column) {
  for (const django::SqlText& sql : operation.sql)
    for (const sql::ParsedStatement& statement : sql.parsed.statements)
      for (const Operation& one : statement.operations)
        if (copies_by_sql(one, table, column)) return true;
  return false;
}

bool copied_earlier(const StatementView& view, const QualifiedName& table, const std::string& column) {
  if (view.migration.migration == nullptr) return false;
  const auto& changed = view.migration.project.changed;
  for (const django::Migration* migration : those_before(view.migration)) {
    if (std::find(changed.begin(), changed.end(), migration->key) != changed.end()) continue;
    for (const django::ModelOperation& operation : migration->operations)
      if (copies_in_sql(operation, table, column) || copies(view, *migration, operation, table, field_of(column)))
        return true;
  }
  return false;
}

// The files of its directory before this one, as near as the migrations of those_before().
static Cleaned cleaned_in_sql(const MigrationView& view, const QualifiedName& table,
                              const std::vector<std::string>& columns) {
  const std::span<const SqlFile> files = view.project.sql_files;
  const auto own = std::find_if(files.begin(), files.end(), [&](const SqlFile& it) { return it.file == view.file; });
  if (own == files.end()) return Cleaned::no;
  Cleaned result = Cleaned::no;
  std::size_t left = reach;
  for (auto file = own; file != files.begin() && left > 0; --left) {
    --file;
    if (file->directory != own->directory || own->directory.empty()) break;
    result = std::max(result, writes(file->parsed.statements, table, columns));
  }
  return result;
}

Cleaned cleaned_before(const StatementView& view, const QualifiedName& table, const std::vector<std::string>& columns) {
  Cleaned result = Cleaned::no;
  for (const Statement& statement : view.migration.statements) {
    if (statement.index >= view.statement.index) break;
    result = std::max(result, writes(statement.operation, table, columns));
  }
  if (view.migration.migration == nullptr) return std::max(result, cleaned_in_sql(view.migration, table, columns));
  for (const django::Migration* migration : those_before(view.migration)) {
    const bool own = migration->key == view.migration.migration->key;
    const std::size_t operations = own ? view.operation.index : migration->operations.size();
    result = std::max(result, cleans(view.migration.project, *migration, operations, table, columns));
  }
  return result;
}

}  // namespace mlint::rules
