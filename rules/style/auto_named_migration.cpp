#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_auto_named_migration(const MigrationView& view, Reporter& reporter) {
  if (view.language != Language::django || view.name.find("_auto_") == std::string::npos) return;
  Finding finding;
  finding.location = view.migration->class_location;
  finding.message = "the name " + ticked(view.name) + " says nothing about what the migration does";
  finding.help = "give it one with `makemigrations --name`";
  finding.subject = view.app + "." + view.name;
  reporter.add(std::move(finding));
}

constexpr Rule auto_named_migration{
    .info = {.code = "ML911",
             .name = "auto-named-migration",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A migration has a name that Django made up from the clock.",
             .effect = "The name says nothing.",
             .instead = "Name it by what it does."},
    .on_migration = find_auto_named_migration,
};

}  // namespace mlint::rules
