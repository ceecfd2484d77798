#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_whole_table_update {

// The model whose rows a loop over all of them gathered in the list that bulk_update is given.
static std::string gathered(const OperationView& view, const django::PythonBody& body, const django::PythonCall& bulk) {
  const py::Call* made = bulk.outermost();
  if (made == nullptr || made->arguments.empty() || bulk.loop != django::PythonCall::no_loop) return {};
  const std::string_view list = variable_at(view, body, made->arguments.front());
  // The list itself was all rows, gone over once.
  for (const django::PythonLoop& loop : body.loops)
    if (!list.empty() && loop.path.size() == 1 && loop.path.front() == list)
      if (std::string model = whole_table(loop.from); !model.empty()) return model;
  for (const django::PythonCall& call : body.calls) {
    if (call.last() != "append" || call.loop >= body.loops.size() || call.outermost() == nullptr) continue;
    const auto* append = call.outermost()->callee->as<py::Attribute>();
    const bool here = append != nullptr ? variable_at(view, body, *append->base) == list : call.path.front() == list;
    const std::string model = here && !list.empty() ? whole_table(body.loops[call.loop].from) : std::string();
    if (!model.empty()) return model;
  }
  return {};
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.last() == "bulk_update" && runs_in_transaction(view)) {
      const std::string model = gathered(view, *body, call);
      if (!model.empty())
        report_python(view, reporter, call.location,
                      "every row of " + model_in_words(view, *body, model) + " may be updated in one transaction",
                      "gather and update a batch at a time, each in its own transaction, in a migration with "
                      "`atomic = False`",
                      "update." + model, python_severity(view, Hazard::unbatched, table_of(view, *body, model)));
      continue;
    }
    const bool deletes = call.last() == "delete";
    if ((call.last() != "update" && !deletes) || call.in_while) continue;
    const std::string model = whole_table({call.from.begin(), call.from.end() - 1});
    if (model.empty()) continue;
    const QualifiedName table = table_of(view, *body, model);
    report_python(view, reporter, call.location,
                  "every row of " + model_in_words(view, *body, model) +
                      (deletes ? " is deleted in one statement" : " is updated in one statement"),
                  "work in batches by primary key, each in its own transaction, in a migration with `atomic = False`",
                  "update." + model, python_severity(view, Hazard::unbatched, table));
  }
}

}  // namespace of_whole_table_update

constexpr Rule whole_table_update{
    .info = {.code = "ML624",
             .name = "whole-table-update",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration updates or deletes every row of a table in one statement.",
             .effect = "Every row is locked until the transaction ends, and as many dead rows are left "
                       "behind.",
             .instead = "Work in batches by primary key, each in its own transaction, in a migration with "
                        "`atomic = False`.",
             .silent_when = "The query is filtered or in a loop of batches, or the table is small.",
             .equivalents = "django-safe-migrations:SM008"},
    .on_operation = of_whole_table_update::check,
};

}  // namespace mlint::rules
