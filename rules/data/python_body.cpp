#include "rules/data/python_body.h"

#include "rules/deploy/running_code.h"
#include "rules/subject.h"

namespace mlint::rules {

const django::PythonBody* python_body(const OperationView& operation) {
  if (operation.model == nullptr || operation.model->known_as != "RunPython") return nullptr;
  const django::Migration* migration = operation.migration.migration;
  if (operation.python == nullptr) {
    auto body = std::make_shared<django::PythonBody>();
    const py::Value* code = operation.model->argument("code");
    const auto file = static_cast<std::size_t>(operation.migration.file);
    if (migration != nullptr && code != nullptr && file < operation.migration.project.sources.size())
      *body = django::read_python_body(migration->module, operation.migration.file,
                                       operation.migration.project.sources[file].text(), py::dotted_name(*code));
    operation.python = std::move(body);
  }
  return operation.python->function.empty() ? nullptr : operation.python.get();
}

QualifiedName table_of(const django::PythonBody& body, const std::string& variable) {
  const django::PythonModel* model = body.model(variable);
  if (model == nullptr || model->app.empty() || model->model.empty()) return {};
  return {"public", lower(model->app) + "_" + lower(model->model)};
}

std::string whole_table(const django::PythonBody& body, const std::vector<std::string>& written) {
  const std::vector<std::string> path = body.expanded(written);
  if (path.size() < 2) return {};
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string& name = path[i];
    if (name == "filter" || name == "exclude" || name == "get" || name == "first" || name == "last" || name == "none" ||
        name == "create" || name == "get_or_create" || name == "in_bulk" || name == "raw")
      return {};
    if (name == "objects" || name == "_base_manager" || name == "_default_manager") {
      if (i == 0) return {};
      return path[i - 1];
    }
  }
  return {};
}

Severity python_severity(const OperationView& operation, Hazard hazard, const QualifiedName& table) {
  if (table.name.empty()) return severity_of(hazard, TableSize::unknown);
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
