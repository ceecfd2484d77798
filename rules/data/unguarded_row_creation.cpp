#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unguarded_row_creation {

static bool creates(const django::PythonCall& call) {
  return (call.last() == "create" || call.last() == "bulk_create") && call.has("objects");
}

// Order(total=1).save(), or of a variable that was given Order(total=1).
static bool saves_new(const django::PythonBody& body, const django::PythonCall& call) {
  return call.last() == "save" && call.from.size() == 2 && body.model(call.from.front()) != nullptr;
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr || (view.migration.atomic && !view.migration.runs_per_tenant)) return;
  for (const django::PythonCall& call : body->calls)
    if (call.last() == "exists" || call.last() == "get_or_create" || call.last() == "update_or_create") return;
  for (const django::PythonCall& call : body->calls) {
    if (call.in_condition || (!creates(call) && !saves_new(*body, call))) continue;
    if (call.last() == "bulk_create" && call.outermost() != nullptr) {
      bool guarded = false;
      for (const py::Keyword& keyword : call.outermost()->keywords)
        guarded = guarded || keyword.name == "ignore_conflicts" || keyword.name == "update_conflicts";
      if (guarded) continue;
    }
    report_python(view, reporter, call.location, "a second run of this migration creates these rows again",
                  "use get_or_create, or guard it with exists()", "create");
    return;
  }
}

}  // namespace of_unguarded_row_creation

constexpr Rule unguarded_row_creation{
    .info = {.code = "ML630",
             .name = "unguarded-row-creation",
             .group = RuleGroup::data,
             .severity = Severity::info,
             .summary = "A data migration that may run again creates rows without looking for them.",
             .effect = "Without a transaction, or once in every tenant, a second run makes duplicates or "
                       "fails.",
             .instead = "get_or_create, or an exists() guard.",
             .silent_when = "The migration is atomic and runs once, or the rows are looked for."},
    .on_operation = of_unguarded_row_creation::check,
};

}  // namespace mlint::rules
