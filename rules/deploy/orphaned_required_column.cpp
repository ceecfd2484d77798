#include "analyzer/django/model_state.h"
#include "rules/deploy/running_code.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_orphaned_required_column {

// Fields that leave the state only, of operations whose database side does not touch them.
static void check(const OperationView& view, Reporter& reporter) {
  if (view.model == nullptr || view.model->known_as != "SeparateDatabaseAndState") return;
  for (const django::ModelOperation& state : view.model->state_operations) {
    if (state.known_as != "RemoveField") continue;
    const std::string field(state.text("name"));
    const std::string model = lower(state.text("model_name"));
    // A model that is gone altogether is not inserted by new code.
    const auto* judged = view.migration.judged;
    if (judged != nullptr && judged->models_after && !judged->models_after->find(view.migration.app, model)) continue;
    const std::string table = view.migration.app + "_" + model;
    const Schema* after = schema_before(view.migration, view.index);
    const Relation* relation = after == nullptr ? nullptr : after->find({"", table});
    if (relation == nullptr) continue;
    const ColumnState* column = relation->column(field);
    if (column == nullptr) column = relation->column(field + "_id");
    if (column == nullptr || column->not_null != Known::yes || column->default_ || column->identity) continue;
    if (relieved(view.migration, relation->name, column->name)) continue;
    Finding finding;
    finding.location = state.location;
    finding.message = "new code no longer writes " + ticked(column->name) + " of " + ticked(relation->name) +
                      ", which stays NOT NULL without a default: its inserts fail";
    finding.help = with_steps("make the column nullable in the same migration",
                              nullable_with_state(sql_name(relation->name), column->name, view), view);
    finding.subject = subject_of(relation->name, column->name);
    finding.severity = breaks_running_code(view.migration.project.deploy);
    if (*finding.severity == Severity::info) finding.severity = Severity::warning;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_orphaned_required_column

constexpr Rule orphaned_required_column{
    .info = {.code = "ML311",
             .name = "orphaned-required-column",
             .group = RuleGroup::deploy,
             .severity = Severity::warning,
             .summary = "A field leaves the state while its column stays required.",
             .effect = "New code no longer names the column, so its inserts fail with a NOT NULL violation "
                       "until the column is dropped.",
             .instead = "Make the column nullable, or give it a default in the database, in the same "
                        "migration.",
             .silent_when = "The column is nullable or has a default in the database, or the same migration drops "
                            "it or makes it so."},
    .on_operation = of_orphaned_required_column::check,
};

}  // namespace mlint::rules
