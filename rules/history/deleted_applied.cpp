#include <set>

#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_deleted_applied {

using history::Change;

static std::string message_for(const Change& change, const std::string& base) {
  if (change.app_reset)
    return "the migrations of " + ticked(change.key.app) + " that " + ticked(base) +
           " has were removed and begun anew: databases that applied them keep the old records and tables";
  if (change.kind == Change::Kind::renamed)
    return "migration " + ticked(change.key) + " is already in " + ticked(base) + " and was renamed to " +
           ticked(change.renamed.name) + ": databases that applied it will run it again";
  return "migration " + ticked(change.key) + " is already in " + ticked(base) +
         " and was deleted: databases that applied it keep its record and what it made";
}

// The new 0001 of an app that was begun anew.
static const django::Migration* first_of(const ProjectView& view, const std::string& app) {
  for (const django::Migration& migration : view.migrations)
    if (migration.key.app == app && migration.key.name.starts_with("0001")) return &migration;
  return nullptr;
}

// What a database has applied and no file has; other packages' migrations are not here to compare.
static void check_applied(const ProjectView& view, Reporter& reporter) {
  std::set<std::string> own;
  std::set<django::MigrationKey> known;
  for (const django::Migration& migration : view.migrations) {
    own.insert(migration.key.app);
    known.insert(migration.key);
    known.insert(migration.replaces.begin(), migration.replaces.end());
  }
  for (const django::MigrationKey& key : view.applied->applied()) {
    if (!own.contains(key.app) || known.contains(key)) continue;
    Finding finding;
    const App* app = view.project.app(key.app);
    const std::string folder = app == nullptr ? key.app + "/migrations" : app->migrations_directory;
    finding.path = view.project.prefix + folder + "/" + key.name + ".py";
    finding.message = "migration " + ticked(key) + " is recorded as applied, and there is no such file";
    finding.help = "restore the file; to shorten a history, squash it with `replaces`";
    finding.app = key.app;
    finding.subject = key.app + "." + key.name;
    reporter.add(std::move(finding));
  }
}

static void check(const ProjectView& view, Reporter& reporter) {
  if (view.applied != nullptr) check_applied(view, reporter);
  if (view.history == nullptr) return;
  std::set<std::string> reset;
  for (const Change& change : view.history->changes) {
    if (change.kind != Change::Kind::deleted && change.kind != Change::Kind::renamed) continue;
    if (change.replaced || change.app_gone) continue;
    if (change.app_reset && !reset.insert(change.key.app).second) continue;
    Finding finding;
    finding.path = view.project.prefix + change.path;
    finding.location = change.location;
    if (const auto* first = change.app_reset ? first_of(view, change.key.app) : nullptr)
      finding.location = first->class_location;
    finding.message = message_for(change, view.history->base);
    finding.help = "restore the file; to shorten a history, squash it with `replaces`";
    if (change.kind == Change::Kind::renamed) finding.help = "keep the old name, or list it in `replaces`";
    finding.app = change.key.app;
    finding.migration = change.key.name;
    finding.subject = change.key.app + "." + change.key.name;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_deleted_applied

constexpr Rule deleted_applied{
    .info = {.code = "ML007",
             .name = "deleted-applied",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "A migration that the base already has was deleted or renamed.",
             .effect = "Databases that applied it keep its record; its successors lose their parent, or a renamed one "
                       "runs again and fails.",
             .instead = "Restore the file; shorten a history only by a squash with `replaces`.",
             .silent_when = "Its name stands in a `replaces`, or its app left INSTALLED_APPS."},
    .on_project = of_deleted_applied::check,
};

}  // namespace mlint::rules
