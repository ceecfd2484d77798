#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_lossy_reverse {

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  const py::Value* reverse = view.model->argument("reverse_code");
  if (reverse == nullptr || reverse->is<py::None>()) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.last() != "delete" || !call.has("objects")) continue;
    Finding finding;
    finding.message = "the rows deleted here do not come back when the migration is unapplied";
    finding.labels.push_back({call.location, {}, "deleted here"});
    finding.help = "keep a copy of the rows, or leave `reverse_code` out, so that Django refuses to unapply it";
    finding.subject = "reverse." + std::to_string(view.index);
    reporter.add(std::move(finding));
    return;
  }
}

}  // namespace of_lossy_reverse

constexpr Rule lossy_reverse{
    .info = {.code = "ML402",
             .name = "lossy-reverse",
             .group = RuleGroup::reversibility,
             .severity = Severity::info,
             .summary = "A RunPython deletes rows, and its reverse cannot bring them back.",
             .effect = "Rolling back succeeds and the rows stay gone.",
             .instead = "Keep a copy of the rows, or leave the reverse out so that Django refuses.",
             .silent_when = "Nothing is deleted, or there is no reverse."},
    .on_operation = of_lossy_reverse::check,
};

}  // namespace mlint::rules
