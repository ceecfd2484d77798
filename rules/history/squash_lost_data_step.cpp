#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_squash_lost_data_step {

static void check(const ProjectView& view, Reporter& reporter) {
  for (const django::SquashComparison& squash : view.squashes) {
    for (const django::SquashComparison::LostStep& step : squash.lost) {
      Finding finding = finding_about(*squash.squash, "squash " + ticked(squash.squash->key) + " leaves out " +
                                                          ticked(step.what) + " of " + ticked(step.migration->key) +
                                                          ": new databases will miss its rows");
      finding.labels.push_back({step.operation->location, {}, "the step that is left out"});
      finding.help = "copy the step into the squash, or mark it `elidable=True` where new databases do not need it";
      finding.subject += "." + step.what;
      reporter.add(std::move(finding));
    }
  }
}

}  // namespace of_squash_lost_data_step

constexpr Rule squash_lost_data_step{
    .info = {.code = "ML021",
             .name = "squash-lost-data-step",
             .group = RuleGroup::history,
             .severity = Severity::warning,
             .summary = "A squash leaves out a data step of the migrations that it replaces.",
             .effect = "Databases made from the squash never get the rows that the step writes.",
             .instead = "Copy the step into the squash, or mark it `elidable=True`.",
             .silent_when = "The step is elidable, a step of the same function or one that makes rows of the "
                            "same models stands in the squash, or it only "
                            "changes rows of tables "
                            "that are empty on a new database."},
    .on_project = of_squash_lost_data_step::check,
};

}  // namespace mlint::rules
