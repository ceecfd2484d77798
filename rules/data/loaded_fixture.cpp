#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_loaded_fixture {

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.last() != "call_command" || call.outermost() == nullptr || call.outermost()->arguments.empty()) continue;
    const auto* command = call.outermost()->arguments.front().as<py::String>();
    if (command == nullptr || command->text != "loaddata") continue;
    report_python(
        view, reporter, call.location,
        "loaddata loads the fixture through the models of today: on a fresh database it fails once they change",
        "create the rows with apps.get_model(…) and get_or_create", "loaddata");
  }
}

}  // namespace of_loaded_fixture

constexpr Rule loaded_fixture{
    .info = {.code = "ML622",
             .name = "loaded-fixture",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration loads a fixture.",
             .effect = "The fixture is loaded through the models of today, so it fails on a fresh database "
                       "once they changed, and a second run makes duplicates.",
             .instead = "Write the rows with historical models and get_or_create.",
             .silent_when = "Rows are made by historical models."},
    .on_operation = of_loaded_fixture::check,
};

}  // namespace mlint::rules
