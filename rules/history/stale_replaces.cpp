#include <map>
#include <set>

#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_stale_replaces {

using Squashes = std::vector<const django::Migration*>;

// All that they replace is gone: one finding for the app.
static void tell_served(const Squashes& served, Reporter& reporter) {
  std::vector<std::string> names;
  for (const django::Migration* squash : served) names.push_back(ticked(squash->key.name));
  const bool one = served.size() == 1;
  Finding finding = finding_about(*served.back(), std::string(one ? "squash " : "squashes ") + listed(names) + " of " +
                                                      ticked(served.back()->key.app) + (one ? " has" : " have") +
                                                      " a `replaces`, and the files of what it names are gone");
  finding.help = "remove `replaces` once every database has applied the squash: until then it cannot be squashed again";
  finding.severity = Severity::info;
  finding.subject = served.back()->key.app;
  reporter.add(std::move(finding));
}

static void check(const ProjectView& view, Reporter& reporter) {
  std::set<django::MigrationKey> files;
  std::set<std::string> apps;  // whose files are here
  for (const django::Migration& migration : view.migrations) {
    files.insert(migration.key);
    apps.insert(migration.key.app);
  }
  std::map<std::string, Squashes> served;
  for (const django::Migration& squash : view.migrations) {
    std::vector<std::string> gone;
    std::size_t here = 0;
    for (const django::MigrationKey& key : squash.replaces) {
      if (files.contains(key)) {
        ++here;
      } else if (apps.contains(key.app)) {
        gone.push_back(ticked(key));
      }
    }
    if (gone.empty()) continue;
    if (here == 0) {
      served[squash.key.app].push_back(&squash);
      continue;
    }
    Finding finding = finding_about(squash, "squash " + ticked(squash.key) + " replaces " + listed(gone) +
                                                ", which has no file, while the others that it replaces have theirs");
    finding.help =
        "correct the name, or bring the file back until every database has applied the squash: a database that applied "
        "a part of the chain runs the rest of it from its files";
    reporter.add(std::move(finding));
  }
  for (const auto& [app, squashes] : served) tell_served(squashes, reporter);
}

}  // namespace of_stale_replaces

constexpr Rule stale_replaces{
    .info = {.code = "ML023",
             .name = "stale-replaces",
             .group = RuleGroup::history,
             .severity = Severity::warning,
             .summary = "A squash replaces migrations that have no file.",
             .effect =
                 "Where a part of the chain is applied, Django goes on with its files, and one of them is missing. "
                 "Where all files are gone, `replaces` only keeps the squash from being squashed again (info).",
             .instead = "Correct the name or keep the file; remove `replaces` when the squash has served.",
             .silent_when = "All that it replaces is there, or belongs to an app whose migrations are elsewhere."},
    .on_project = of_stale_replaces::check,
};

}  // namespace mlint::rules
