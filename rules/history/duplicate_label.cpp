#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_duplicate_label {

static void check(const ProjectView& view, Reporter& reporter) {
  for (const DuplicateLabel& duplicate : view.project.duplicate_labels) {
    if (!duplicate.installed || duplicate.directories.size() < 2) continue;
    std::string places;
    for (const std::string& directory : duplicate.directories)
      places += (places.empty() ? "" : " and ") + ticked(directory);
    Finding finding;
    finding.path = view.project.prefix + duplicate.directories.back();
    finding.message = "app label " + ticked(duplicate.label) + " is used twice: by " + places;
    finding.help = "give one of them another `label` in its AppConfig";
    finding.app = duplicate.label;
    finding.subject = duplicate.label;
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
