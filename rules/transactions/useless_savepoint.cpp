#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_useless_savepoint {

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr || !view.migration.atomic) return;
  for (const Location& block : body->atomic_blocks) {
    report_python(view, reporter, block,
                  "atomic() makes only a savepoint here, because the migration is one transaction already",
                  "set `atomic = False` on the migration, so that each block commits by itself", "savepoint");
    return;
  }
}

}  // namespace of_useless_savepoint

constexpr Rule useless_savepoint{
    .info = {.code = "ML521",
             .name = "useless-savepoint",
             .group = RuleGroup::transactions,
             .severity = Severity::warning,
             .summary = "transaction.atomic() is used inside a RunPython of an atomic migration.",
             .effect = "It makes only a savepoint: nothing is committed before the migration ends, so that "
                       "batching by it gains nothing.",
             .instead = "Set `atomic = False` on the migration.",
             .silent_when = "The migration has `atomic = False`, or the block stands in a `try`: the transaction "
                            "goes on after what failed in it."},
    .on_operation = of_useless_savepoint::check,
};

}  // namespace mlint::rules
