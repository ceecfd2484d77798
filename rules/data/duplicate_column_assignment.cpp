#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_duplicate_column_assignment {

static std::string twice(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  const auto found = std::adjacent_find(names.begin(), names.end());
  return found == names.end() ? std::string() : *found;
}

// Of a view or a table made from a query; what `*` stands for is left out.
static std::vector<std::string> made_from(const std::vector<std::string>& written, const Query* query) {
  std::vector<std::string> names = written;
  if (query != nullptr && query->kind == Query::Kind::select)
    for (std::size_t i = names.size(); i < query->output_names.size(); ++i) names.push_back(query->output_names[i]);
  std::erase(names, std::string("*"));
  return names;
}

static void check(const StatementView& view, Reporter& reporter) {
  std::vector<std::string> names;
  if (const auto* dml = view.statement.operation.as<Dml>(); dml != nullptr && dml->query) {
    if (dml->query->kind == Query::Kind::update)
      for (const Query::Assignment& assignment : dml->query->assignments) names.push_back(assignment.column);
    if (dml->query->kind == Query::Kind::insert) names = dml->query->columns;
    std::erase(names, std::string());
  }
  if (const auto* table = view.statement.operation.as<CreateTable>())
    for (const Column& column : table->columns) names.push_back(column.name);
  if (const auto* made = view.statement.operation.as<CreateView>())
    names = made_from(made->column_names, made->query.get());
  if (const auto* made = view.statement.operation.as<CreateTableAs>())
    names = made_from(made->column_names, made->query.get());
  std::string name = twice(std::move(names));
  if (name.empty()) return;
  Finding finding;
  finding.message = "column " + ticked(name) + " is named twice";
  finding.subject = "column." + name;
  reporter.add(std::move(finding));
}

}  // namespace of_duplicate_column_assignment

constexpr Rule duplicate_column_assignment{
    .info = {.code = "ML609",
             .name = "duplicate-column-assignment",
             .group = RuleGroup::data,
             .severity = Severity::error,
             .summary = "A statement names the same column twice.",
             .effect = "PostgreSQL refuses it.",
             .instead = "Name each column once.",
             .silent_when = "Each column is named once; its elements (`a[1]`) and fields (`a.x`) are not the column.",
             .equivalents = "squawk:ban-duplicate-column-assignments"},
    .on_statement = of_duplicate_column_assignment::check,
};

}  // namespace mlint::rules
