#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/recipe/parts.h"
#include "rules/subject.h"

// Recipes in the words of the migration's language and runner.
namespace mlint::rules {

std::string quoted_python(const std::string& text) {
  const bool block = text.find('\n') != std::string::npos;
  std::string result;
  for (const char c : text) {
    if (c == '\\' || (c == '"' && !block)) result += '\\';
    result += c;
  }
  return block ? "\"\"\"" + result + "\"\"\"" : "\"" + result + "\"";
}

static std::string python_list(const std::vector<std::string>& statements) {
  if (statements.empty()) return "migrations.RunSQL.noop";
  if (statements.size() == 1) return quoted_python(statements.front());
  std::string result = "[\n";
  for (const std::string& statement : statements) result += "        " + quoted_python(statement) + ",\n";
  return result + "    ]";
}

static std::string indented(const std::string& text, std::size_t by) {
  std::string result;
  bool start = true;
  for (const char c : text) {
    if (start && c != '\n') result += std::string(by, ' ');
    result += c;
    start = c == '\n';
  }
  return result;
}

std::string state_of(const OperationView& view) {
  const std::string_view type = operation_type(view);
  return type == "RunSQL" || type == "SeparateDatabaseAndState" || type == "RunPython" ? std::string()
                                                                                       : source_of(view);
}

static std::string django_step(const Step& step, const OperationView& view) {
  if (!step.django.empty()) return step.django + ",\n";
  std::string run =
      "migrations.RunSQL(\n    " + python_list(step.sql) + ",\n    reverse_sql=" + python_list(step.undo) + ",\n),\n";
  const std::string state = step.changes_state ? state_of(view) : std::string();
  if (state.empty()) return run;
  return "migrations.SeparateDatabaseAndState(\n    database_operations=[\n" + indented(run, 8) +
         "    ],\n    state_operations=[\n" + indented(state + ",\n", 8) + "    ],\n),\n";
}

static std::string sql_step(const Step& step) {
  std::string result;
  for (const std::string& statement : step.sql) result += statement + ";\n";
  return result;
}

static std::string header(const Step& step, std::size_t number, std::size_t steps, const MigrationView& migration) {
  std::string text = migration.language == Language::django ? "#" : "--";
  if (steps > 1) text += " step " + std::to_string(number);
  const std::string_view comma = steps > 1 ? ", " : " ";
  if (step.alone) return text + std::string(comma) + outside_transaction(migration) + "\n";
  if (number == 1) return steps > 1 ? text + "\n" : std::string();
  return text + std::string(comma) + later_step(migration) + "\n";
}

std::string with_steps(const std::string& why, const Recipe& recipe, const OperationView& view) {
  if (recipe.empty()) return why;
  std::string text = why + ":\n";
  for (std::size_t i = 0; i < recipe.size(); ++i) {
    text += header(recipe[i], i + 1, recipe.size(), view.migration);
    text += view.migration.language == Language::django ? django_step(recipe[i], view) : sql_step(recipe[i]);
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string sql_name(const QualifiedName& name) {
  return name.schema == "public" ? quote_ident(name.name) : quote_ident(name);
}

std::string plain_sql(const std::string& printed) {
  std::string result;
  for (std::size_t i = 0; i < printed.size(); ++i) {
    const char c = printed[i];
    if (c == '$' || c == '\\') return printed;  // dollar quotes, escapes: left as they are
    if (c != '"' && c != '\'') {
      result += c;
      continue;
    }
    std::size_t end = i + 1;
    while (end < printed.size() && (printed[end] != c || (end + 1 < printed.size() && printed[end + 1] == c)))
      end += printed[end] == c ? 2 : 1;
    const std::string inside = printed.substr(i + 1, end - i - 1);
    const bool keep = c == '\'' || inside.find('"') != std::string::npos;
    result += keep ? printed.substr(i, end - i + 1) : quote_ident(inside);
    i = end;
  }
  return result;
}

// Without the indentation of its first line; a string over several lines keeps its own.
static std::string outdented(std::string_view code, std::string_view first_line) {
  if (code.find("\"\"\"") != std::string_view::npos || code.find("'''") != std::string_view::npos)
    return std::string(code);
  const std::string_view indent =
      first_line.substr(0, std::min(first_line.find_first_not_of(" \t"), first_line.size()));
  std::string result;
  for (std::size_t begin = 0; begin < code.size();) {
    const std::size_t end = std::min(code.find('\n', begin), code.size() - 1) + 1;
    std::string_view line = code.substr(begin, end - begin);
    if (begin > 0 && line.starts_with(indent)) line.remove_prefix(indent.size());
    result += line;
    begin = end;
  }
  return result;
}

std::string source_of(const OperationView& operation) {
  if (operation.model == nullptr) return {};
  const Location& location = operation.model->location;
  const auto file = static_cast<std::size_t>(location.file);
  if (file >= operation.migration.project.sources.size()) return {};
  const SourceFile& source = operation.migration.project.sources[file];
  return outdented(source.text(location.span), source.line(source.position(location.span.begin).line));
}

}  // namespace mlint::rules
