#include "rules/data/python_body.h"
#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_model_variable_name(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonModel& model : body->models) {
    if (model.model.empty() || lower(model.variable) == lower(model.model)) continue;
    std::string plain;
    for (const char c : lower(model.variable))
      if (c != '_') plain += c;
    if (plain == lower(model.model) || plain == lower(model.model) + "model") continue;
    Finding finding;
    finding.location = model.location;
    finding.message = "model " + ticked(model.model) + " is kept in " + ticked(model.variable);
    finding.help = "call the variable like the model";
    finding.subject = "variable." + model.variable;
    reporter.add(std::move(finding));
  }
}

constexpr Rule model_variable_name{
    .info = {.code = "ML916",
             .name = "model-variable-name",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A historical model is kept in a variable of another name.",
             .effect = "Readers take it for something else.",
             .instead = "Call the variable like the model.",
             .equivalents = "django-migration-linter:RUNPYTHON_MODEL_VARIABLE_NAME"},
    .on_operation = find_model_variable_name,
};

}  // namespace mlint::rules
