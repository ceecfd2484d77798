#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_task_sent_from_migration {

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.last() != "delay" && call.last() != "apply_async" && call.last() != "send_task") continue;
    if (call.path.size() < 2 || call.has("on_commit")) continue;
    report_python(view, reporter, call.location,
                  "the task may start before this migration is committed, and is sent again on every fresh database",
                  "send it by hand after the deploy", "task");
  }
}

}  // namespace of_task_sent_from_migration

constexpr Rule task_sent_from_migration{
    .info = {.code = "ML628",
             .name = "task-sent-from-migration",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration sends a background task.",
             .effect = "The task may start before the migration is committed, with code of another release, "
                       "and on every fresh database again.",
             .instead = "Send it by hand after the deploy, or do the work in the migration.",
             .silent_when = "No task is sent."},
    .on_operation = of_task_sent_from_migration::check,
};

}  // namespace mlint::rules
