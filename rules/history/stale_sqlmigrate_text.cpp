#include "analyzer/base/clip.h"
#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_stale_sqlmigrate_text {

static std::string shortened(const std::string& text) {
  constexpr std::size_t enough = 160;
  if (text.size() <= enough) return text;
  return std::string(clip(text, enough)) + " …";
}

static void check(const ProjectView& view, Reporter& reporter) {
  for (const TwinDifference& twin : view.twins) {
    Finding finding = finding_about(
        *twin.migration, "this SQL text is not what " + ticked(twin.migration->key) + " executes", twin.location);
    if (!twin.only_in_text.empty()) finding.notes.push_back("in the text: " + shortened(twin.only_in_text));
    if (!twin.only_executed.empty()) finding.notes.push_back("executed: " + shortened(twin.only_executed));
    finding.help = "make the text again: `python manage.py sqlmigrate " + twin.migration->key.app + " " +
                   twin.migration->key.name + "`, or `mlint sql` without a database";
    reporter.add(std::move(finding));
  }
}

}  // namespace of_stale_sqlmigrate_text

constexpr Rule stale_sqlmigrate_text{
    .info = {.code = "ML024",
             .name = "stale-sqlmigrate-text",
             .group = RuleGroup::history,
             .severity = Severity::info,
             .summary = "The text of sqlmigrate beside a migration is not what the migration executes.",
             .effect = "Who reviews the text approves other statements than those that run.",
             .instead = "Make the text again after every change of the migration, or delete it.",
             .silent_when = "Both say the same, whatever their layout and the order of what comes from a set; the text "
                            "lacks only what sqlmigrate cannot see before the migration runs; or an operation of the "
                            "migration could not be analysed."},
    .on_project = of_stale_sqlmigrate_text::check,
};

}  // namespace mlint::rules
