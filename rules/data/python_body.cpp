#include "rules/data/python_body.h"

#include <algorithm>
#include <array>

#include "analyzer/django/model_state.h"
#include "rules/deploy/running_code.h"
#include "rules/subject.h"

namespace mlint::rules {

const django::PythonBody* python_body(const OperationView& operation) {
  return operation.model == nullptr ? nullptr : operation.model->python.get();
}

bool runs_in_transaction(const OperationView& operation) {
  const py::Value* atomic = operation.model == nullptr ? nullptr : operation.model->argument("atomic");
  const auto* given = atomic == nullptr ? nullptr : atomic->as<py::Boolean>();
  return given == nullptr ? operation.migration.atomic : given->value || operation.migration.atomic;
}

std::string_view variable_at(const OperationView& operation, const django::PythonBody& body, const py::Value& value) {
  if (const auto* name = value.as<py::Name>()) return name->dotted;
  const auto file = static_cast<std::size_t>(body.location.file);
  if (value.use == value.source.span || file >= operation.migration.project.sources.size()) return {};
  return operation.migration.project.sources[file].text(value.use);
}

bool stores_rows(const django::PythonCall& call) {
  constexpr std::array stores = {std::string_view("save"),
                                 std::string_view("create"),
                                 std::string_view("update"),
                                 std::string_view("bulk_create"),
                                 std::string_view("bulk_update"),
                                 std::string_view("get_or_create"),
                                 std::string_view("update_or_create"),
                                 std::string_view("add"),
                                 std::string_view("set")};
  return std::find(stores.begin(), stores.end(), call.last()) != stores.end();
}

QualifiedName table_of(const OperationView& operation, const django::PythonBody& body, const std::string& variable) {
  const django::PythonModel* model = body.model(variable);
  if (model == nullptr || model->app.empty() || model->model.empty()) return {};
  const auto* judged = operation.migration.judged;
  if (judged != nullptr && operation.index < judged->models_before_operation.size()) {
    const django::ProjectState& models = *judged->models_before_operation[operation.index];
    if (const django::ModelPtr state = models.find(model->app, lower(model->model)); state && !state->table.empty())
      return {"public", state->table};
  }
  return {"public", lower(model->app) + "_" + lower(model->model)};
}

std::string model_in_words(const OperationView& operation, const django::PythonBody& body,
                           const std::string& variable) {
  const QualifiedName table = table_of(operation, body, variable);
  if (!table.name.empty()) return ticked(table);
  if (variable == django::unnamed_model || variable.find('(') != std::string::npos)
    return "a model that is not known here";
  return "the model " + ticked(variable);
}

std::string whole_table(const std::vector<std::string>& path) {
  if (path.size() < 2) return {};
  constexpr std::array narrowing = {"filter", "exclude", "get",           "first",   "last",
                                    "none",   "create",  "get_or_create", "in_bulk", "raw"};
  for (const std::string& name : path)
    if (std::find(narrowing.begin(), narrowing.end(), name) != narrowing.end()) return {};
  for (std::size_t i = 1; i < path.size(); ++i)
    if (path[i] == "objects" || path[i] == "_base_manager" || path[i] == "_default_manager") return path[i - 1];
  return {};
}

Severity python_severity(const OperationView& operation, Hazard hazard, const QualifiedName& table) {
  if (table.name.empty()) return severity_of(hazard, TableSize::unknown);
  // Made by the migration itself: it holds what the migration put there, and nobody else uses it.
  if (hazard == Hazard::unbatched && !operation.before.empty() && is_new(*operation.before.front(), table))
    return Severity::off;
  return severity_on(operation.migration, hazard, table);
}

void report_python(const OperationView& operation, Reporter& reporter, Location location, std::string message,
                   std::string help, std::string subject, std::optional<Severity> severity) {
  if (severity == Severity::off) return;
  Finding finding;
  finding.location = location;
  finding.message = std::move(message);
  finding.help = std::move(help);
  finding.subject = "operation." + std::to_string(operation.index) + "." + std::move(subject);
  finding.severity = severity;
  reporter.add(std::move(finding));
}

}  // namespace mlint::rules
