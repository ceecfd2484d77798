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
  // Of a helper that is given the row, too.
  return std::find(targets.begin(), targets.end(), call.path.front()) != targets.end() ||
         std::find(targets.begin(), targets.end(), call.from.front()) != targets.end();
}

// A row of the loop itself is stored, or given to what may store it; else rows of other tables are.
static bool writes_own_row(const django::PythonCall& call, const std::vector<std::string>& targets) {
  const std::string_view last = call.last();
  if (last != "save" && last != "delete") return false;
  const bool is_target = std::find(targets.begin(), targets.end(), call.path.front()) != targets.end();
  return is_target ? call.path.size() == 2 : call.from.size() == 2;
}

static bool is_batched(const django::PythonBody& body, std::size_t loop) {
  for (; loop != django::PythonCall::no_loop; loop = body.loops[loop].outer)
    if (body.loops[loop].is_while || body.loops[loop].sliced) return true;
  return false;
}

// The model whose existing rows a loop in batches changes; empty: none.
static std::string changed_in_batches(const django::PythonBody& body, std::size_t at) {
  for (const django::PythonCall& call : body.calls) {
    std::size_t loop = call.loop;
    while (loop != django::PythonCall::no_loop && loop != at) loop = body.loops[loop].outer;
    if (loop != at || call.outermost() == nullptr) continue;
    const std::string_view last = call.last();
    if (last != "update" && last != "delete" && last != "bulk_update") continue;
    const std::vector<std::string>& path = call.from;
    if (!path.empty() && body.model(path.front()) != nullptr) return path.front();
  }
  return {};
}

// Each batch is committed with all others: neither locks nor dead rows are given back between them.
static void check_batches(const OperationView& view, const django::PythonBody& body, Reporter& reporter) {
  if (!runs_in_transaction(view)) return;
  for (std::size_t i = 0; i < body.loops.size(); ++i) {
    const django::PythonLoop& loop = body.loops[i];
    if (loop.outer != django::PythonCall::no_loop || (!loop.is_while && !loop.sliced)) continue;
    const std::vector<std::string>& rows = loop.from;  // a loop over rows, not over batches of them
    if (!loop.is_while && std::find(rows.begin(), rows.end(), "objects") != rows.end()) continue;
    // useless-savepoint says it, except of blocks that a `try` needs.
    if (loop.commits && view.migration.atomic && !body.atomic_blocks.empty()) continue;
    const std::string model = changed_in_batches(body, i);
    if (model.empty()) continue;
    const py::Value* atomic = view.model->argument("atomic");
    const bool own = atomic != nullptr && !view.migration.atomic;
    report_python(view, reporter, loop.location,
                  "the batches of " + model_in_words(view, body, model) +
                      " share one transaction: rows stay locked until the last one is done",
                  own ? "RunPython(atomic=False), so that each batch commits by itself"
                      : "set `atomic = False` on the migration, so that each batch commits by itself",
                  "batches." + model, python_severity(view, Hazard::unbatched, table_of(view, body, model)));
    return;
  }
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  check_batches(view, *body, reporter);
  for (std::size_t i = 0; i < body->loops.size(); ++i) {
    const django::PythonLoop& loop = body->loops[i];
    if (loop.is_while || is_batched(*body, i)) continue;
    const std::string model = whole_table(loop.from);
    if (model.empty()) continue;
    if (loop.commits && !runs_in_transaction(view)) continue;
    bool writes = false, own = false;
    for (const django::PythonCall& call : body->calls) {
      if (call.loop != i || !writes_row(call, loop.targets)) continue;
      writes = true;
      own = own || writes_own_row(call, loop.targets);
    }
    if (!writes) continue;
    const QualifiedName table = table_of(view, *body, model);
    const bool one_transaction = runs_in_transaction(view);
    const Severity severity = python_severity(view, Hazard::unbatched, table);
    report_python(
        view, reporter, loop.location,
        (own ? "rows of " + model_in_words(view, *body, model) + " are written one by one in a loop over all of them"
             : "rows are written one by one in a loop over all of " + model_in_words(view, *body, model)) +
            (one_transaction ? ", all in one transaction" : ", each by itself"),
        "update in batches by primary key, each in its own transaction, in a migration with `atomic = False`; "
        "iterator() saves memory but is still one transaction",
        "loop." + model, one_transaction ? severity : std::min(severity, Severity::info));
  }
}

}  // namespace of_unbatched_loop

constexpr Rule unbatched_loop{
    .info =
        {.code = "ML623",
         .name = "unbatched-loop",
         .group = RuleGroup::data,
         .severity = Severity::warning,
         .summary = "A data migration saves row by row in a loop over a whole table, or in batches that share one "
                    "transaction.",
         .effect = "Every row is read into memory and locked by one transaction until the last is saved.",
         .instead = "Work in batches by primary key with update or bulk_update, each in its own "
                    "transaction, in a migration with `atomic = False`.",
         .silent_when =
             "The query of a loop over rows is filtered, the batches commit one by one, or the table is new or small. "
             "It is info where no transaction is around the loop.",
         .equivalents = "django-safe-migrations:SM026"},
    .on_operation = of_unbatched_loop::check,
};

}  // namespace mlint::rules
