#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_app_label_renamed {

static void check(const ProjectView& view, Reporter& reporter) {
  if (view.history == nullptr) return;
  for (const history::LabelChange& change : view.history->labels) {
    Finding finding;
    finding.path = view.project.prefix + change.path;
    finding.message = "app " + ticked(change.before) + " of " + ticked(view.history->base) + " is now called " +
                      ticked(change.now) + ": its recorded migrations and its tables belong to the old label";
    finding.help = "keep `label = \"" + change.before + "\"` in its AppConfig";
    finding.app = change.now;
    finding.subject = change.now;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_app_label_renamed

constexpr Rule app_label_renamed{
    .info = {.code = "ML022",
             .name = "app-label-renamed",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "An app with merged migrations has another label.",
             .effect =
                 "Django takes it for a new app: it runs every migration again, beside the old tables and records "
                 "that nothing belongs to any more.",
             .instead = "Keep the old label in the AppConfig; it need not be the name of the package.",
             .silent_when = "Only the package moves and the label stays."},
    .on_project = of_app_label_renamed::check,
};

}  // namespace mlint::rules
