#include <algorithm>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unbatched_loop {

static bool writes_row(const django::PythonCall& call, const std::vector<std::string>& targets) {
  const std::string_view last = call.last();
  if (last != "save" && last != "delete" && last != "create" && last != "update" && last != "add" && last != "set")
    return false;
  if (call.path.size() < 2 || call.outermost() == nullptr) return false;
  if (last == "create" || last == "update") return call.has("objects");
  return std::find(targets.begin(), targets.end(), call.path.front()) != targets.end();
}

static bool is_batched(const django::PythonBody& body, std::size_t loop) {
  for (; loop != django::PythonCall::no_loop; loop = body.loops[loop].outer)
    if (body.loops[loop].is_while || body.loops[loop].sliced) return true;
  return false;
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (std::size_t i = 0; i < body->loops.size(); ++i) {
    const django::PythonLoop& loop = body->loops[i];
    if (loop.is_while || is_batched(*body, i)) continue;
    const std::string model = whole_table(*body, loop.path);
    if (model.empty()) continue;
    if (loop.commits && !view.migration.atomic) continue;
    bool writes = false;
    for (const django::PythonCall& call : body->calls)
      writes = writes || (call.loop == i && writes_row(call, loop.targets));
    if (!writes) continue;
    const QualifiedName table = table_of(view, *body, model);
    const bool one_transaction = runs_in_transaction(view);
    const Severity severity = python_severity(view, Hazard::unbatched, table);
    report_python(
        view, reporter, loop.location,
        "a write is sent for every row of " + model_in_words(view, *body, model) +
            (one_transaction ? ", all in one transaction" : ", each by itself"),
        "update in batches by primary key, each in its own transaction, in a migration with `atomic = False`; "
        "iterator() saves memory but is still one transaction",
        "loop." + model, one_transaction ? severity : std::min(severity, Severity::info));
  }
}

}  // namespace of_unbatched_loop

constexpr Rule unbatched_loop{
    .info = {.code = "ML623",
             .name = "unbatched-loop",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration saves row by row in a loop over a whole table.",
             .effect = "Every row is read into memory and locked by one transaction until the last is saved.",
             .instead = "Work in batches by primary key with update or bulk_update, each in its own "
                        "transaction, in a migration with `atomic = False`.",
             .silent_when =
                 "The loop works on slices, or the query is filtered, or the table is small. It is info where no "
                 "transaction is around the loop.",
             .equivalents = "django-safe-migrations:SM026"},
    .on_operation = of_unbatched_loop::check,
};

}  // namespace mlint::rules
