#include "analyzer/django/model_state.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_outside_state {

// A model of the state has the table: an unmanaged one, or one that this or a later operation tells the state about.
static bool is_known(const OperationView& view, const std::string& table) {
  const auto* judged = view.migration.judged;
  if (judged == nullptr || view.index >= judged->models_before_operation.size()) return true;
  bool known = false;
  const auto look = [&](const django::ModelPtr& model) { known = known || model->table == table; };
  judged->models_before_operation[view.index]->each(look);
  judged->models_after->each(look);
  return known;
}

static bool is_written(const Statement& statement) { return statement.operation.fingerprint != 0; }

static void check(const OperationView& view, Reporter& reporter) {
  const std::string_view type = operation_type(view);
  if ((type != "RunSQL" && type != "SeparateDatabaseAndState") || !view.model->state_operations.empty()) return;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const Statement* statement = view.statements[i];
    const auto* made = statement->operation.as<CreateTable>();
    if (made == nullptr || made->persistence == Persistence::temporary || !made->inherits.empty()) continue;
    if (!is_written(*statement) || is_known(view, made->name.name)) continue;
    if (goes_later(view.migration, *statement, view.before[i]->new_name(made->name))) continue;
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
             .silent_when =
                 "state_operations are given, a model has the table already or at the end of the migration, it "
                 "is a partition or temporary, or the migration drops it again."},
    .on_operation = of_table_outside_state::check,
};

}  // namespace mlint::rules
