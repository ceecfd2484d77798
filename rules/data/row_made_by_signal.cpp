#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_row_made_by_signal {

static bool is_made_by_signal(const std::string& model) {
  return model == "Permission" || model == "ContentType" || model == "permission" || model == "contenttype";
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls)  // the signal's work is done by hand
    if (call.last() == "create_permissions" || call.last() == "create_contenttypes" ||
        call.last() == "update_all_contenttypes" || call.last() == "emit_post_migrate_signal")
      return;
  for (const django::PythonCall& call : body->calls) {
    // get_for_model() makes the row that it does not find; the manager of ContentType is there in migrations too.
    const bool gets = call.last() == "get" || call.last() == "get_by_natural_key";
    if (!gets || call.path.size() < 3 || call.in_try) continue;
    const django::PythonModel* model = body->model(call.path.front());
    std::string name = model != nullptr ? model->model : std::string();
    for (const std::string& part : call.path)
      if (name.empty() && is_made_by_signal(part)) name = part;
    if (!is_made_by_signal(name)) continue;
    report_python(view, reporter, call.location,
                  ticked(name) + " rows are made after all migrations: on an empty database this get() fails",
                  "use get_or_create, or call create_permissions for the app first", "signal." + name);
  }
}

}  // namespace of_row_made_by_signal

constexpr Rule row_made_by_signal{
    .info = {.code = "ML626",
             .name = "row-made-by-signal",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration gets a Permission or ContentType row that only a signal makes.",
             .effect = "Those rows come from post_migrate, after all migrations: on an empty database the row "
                       "is not there, and the migration fails.",
             .instead = "Use get_or_create, or create_permissions and create_contenttypes first.",
             .silent_when = "get_or_create, filter().first(), or a try around it."},
    .on_operation = of_row_made_by_signal::check,
};

}  // namespace mlint::rules
