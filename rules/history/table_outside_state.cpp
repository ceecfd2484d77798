#include "analyzer/django/model_state.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_outside_state {

// A model of the state has the table: an unmanaged one, or one that stands in state_operations.
static bool is_known(const OperationView& view, const std::string& table) {
  if (view.model->known_as == "RunSQL" && !view.model->state_operations.empty()) return true;
  const auto* judged = view.migration.judged;
  if (judged == nullptr || view.index >= judged->models_before_operation.size()) return true;
  bool known = false;
  judged->models_before_operation[view.index]->each(
      [&](const django::ModelPtr& model) { known = known || model->table == table; });
  return known;
}

static void check(const OperationView& view, Reporter& reporter) {
  if (view.model == nullptr || view.model->known_as != "RunSQL") return;
  for (const Statement* statement : view.statements) {
    const auto* made = statement->operation.as<CreateTable>();
    if (made == nullptr || made->persistence == Persistence::temporary || !made->inherits.empty()) continue;
    if (is_known(view, made->name.name)) continue;
    Finding finding;
    finding.location = statement->location;
    finding.message = "table " + ticked(made->name) + " is made by SQL alone: no model of the state has it";
    finding.help = "give RunSQL `state_operations` with its CreateModel, so that Django knows what stands there";
    finding.statement = statement->index;
    finding.subject = subject_of(made->name);
    reporter.add(std::move(finding));
  }
}

}  // namespace of_table_outside_state

constexpr Rule table_outside_state{
    .info = {.code = "ML025",
             .name = "table-outside-state",
             .group = RuleGroup::history,
             .severity = Severity::info,
             .summary = "RunSQL makes a table that no model of the state has.",
             .effect = "Later migrations and models know nothing of it: a model of that table is made a second time, "
                       "and what it holds is dropped by nobody.",
             .instead = "Give `state_operations` with the CreateModel.",
             .silent_when = "state_operations are given, a model has the table already, or it is a partition or "
                            "temporary."},
    .on_operation = of_table_outside_state::check,
};

}  // namespace mlint::rules
