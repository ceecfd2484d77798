#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_duplicate_label {

static void check(const ProjectView& view, Reporter& reporter) {
  const std::vector<App>& apps = view.project.apps;
  for (std::size_t i = 1; i < apps.size(); ++i) {
    if (apps[i].label != apps[i - 1].label || !apps[i].installed || !apps[i - 1].installed) continue;
    Finding finding;
    finding.path = apps[i].directory;
    finding.message = "app label " + ticked(apps[i].label) + " is used twice: by " + ticked(apps[i - 1].module) +
                      " and " + ticked(apps[i].module);
    finding.help = "give one of them another `label` in its AppConfig";
    finding.app = apps[i].label;
    finding.subject = apps[i].label;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_duplicate_label

constexpr Rule duplicate_label{
    .info = {.code = "ML004",
             .name = "duplicate-label",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "Two installed apps have the same label.",
             .effect = "Django stops with \"Application labels aren't unique\" before it starts.",
             .instead = "Give one of the apps another `label` in its AppConfig.",
             .silent_when = "Only one of the two is installed."},
    .on_project = of_duplicate_label::check,
};

}  // namespace mlint::rules
