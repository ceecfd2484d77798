#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_long_undocumented_migration(const MigrationView& view, Reporter& reporter) {
  if (view.language != Language::django || view.migration->operations.size() <= 10) return;
  if (view.migration->initial.value_or(false) || !view.migration->module.comments.empty()) return;
  Finding finding;
  finding.location = view.migration->class_location;
  finding.message =
      "a migration of " + std::to_string(view.migration->operations.size()) + " operations without a word about it";
  finding.help = "split it, or write a docstring";
  finding.subject = view.app + "." + view.name;
  reporter.add(std::move(finding));
}

constexpr Rule long_undocumented_migration{
    .info = {.code = "ML912",
             .name = "long-undocumented-migration",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A migration of many operations says nothing about itself.",
             .effect = "A reviewer must guess what belongs together.",
             .instead = "Split it, or write a docstring."},
    .on_migration = find_long_undocumented_migration,
};

}  // namespace mlint::rules
