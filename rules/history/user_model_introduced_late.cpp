#include <algorithm>
#include <map>
#include <set>

#include "rules/deploy/running_code.h"
#include "rules/history/graph_problem.h"
#include "rules/history/relation.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_user_model_introduced_late {

static bool makes(const django::ModelOperation& operation, std::string_view model) {
  if (operation.known_as == "CreateModel" && operation.text("name") == model) return true;
  for (const django::ModelOperation& state : operation.state_operations)
    if (makes(state, model)) return true;
  return false;
}

static const django::Migration* maker(const ProjectView& view, std::string_view app, std::string_view model) {
  for (const django::Migration& migration : view.migrations)
    if (migration.key.app == app)
      for (const django::ModelOperation& operation : migration.operations)
        if (makes(operation, model)) return &migration;
  return nullptr;
}

// By the setting, or by the model that Django had in its place.
static bool references_user(const django::Migration& migration) {
  for (const django::Dependency& dependency : migration.dependencies)
    if (dependency.swappable.ends_with("AUTH_USER_MODEL") || dependency.swappable == "auth.User") return true;
  for (const django::ModelOperation& operation : migration.operations)
    for (const py::Value* to : relation_targets(operation, migration.names))
      if (const auto* text = to->as<py::String>(); text != nullptr && lower(text->text) == "auth.user") return true;
  return false;
}

// The branch makes the user model, and a migration that was there before references the user.
static const django::Migration* older_reference(const ProjectView& view, const django::Migration& made) {
  const auto is_changed = [&](const django::MigrationKey& key) {
    return std::find(view.changed.begin(), view.changed.end(), key) != view.changed.end();
  };
  if (!is_changed(made.key)) return nullptr;
  for (const django::Migration& migration : view.migrations)
    if (migration.key.app != made.key.app && !is_changed(migration.key) && references_user(migration))
      return &migration;
  return nullptr;
}

// A migration before it, by the dependencies as written, that references the user.
static const django::Migration* earlier_reference(const ProjectView& view, const django::Migration& start) {
  std::map<django::MigrationKey, const django::Migration*> by_key;
  for (const django::Migration& migration : view.migrations) by_key.emplace(migration.key, &migration);
  std::set<const django::Migration*> seen{&start};
  std::vector<const django::Migration*> open{&start};
  while (!open.empty()) {
    const django::Migration* at = open.back();
    open.pop_back();
    if (at != &start && references_user(*at)) return at;
    for (const django::Dependency& dependency : at->dependencies) {
      const auto other = by_key.find(dependency.key);
      if (other != by_key.end() && seen.insert(other->second).second) open.push_back(other->second);
    }
  }
  return nullptr;
}

static void check(const ProjectView& view, Reporter& reporter) {
  const std::string& user = view.project.settings.auth_user_model;
  const std::size_t dot = user.find('.');
  if (user == "auth.User" || dot == std::string::npos) return;
  const django::Migration* made = maker(view, user.substr(0, dot), user.substr(dot + 1));
  if (made == nullptr) return;
  const django::Migration* reference = earlier_reference(view, *made);
  if (reference == nullptr) reference = older_reference(view, *made);
  if (reference == nullptr) return;
  Finding finding = finding_about(*made, "user model " + ticked(user) + " is made after " + ticked(reference->key) +
                                             ", which references the user already");
  finding.labels.push_back({reference->class_location, {}, "references the user"});
  finding.help = "make it in the first migration of its app, with no dependency on an app that references the user";
  reporter.add(std::move(finding));
}

}  // namespace of_user_model_introduced_late

constexpr Rule user_model_introduced_late{
    .info = {.code = "ML015",
             .name = "user-model-introduced-late",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "The user model is made after tables that reference the user are there.",
             .effect = "Those tables have foreign keys to the old user table; Django does not move them, and "
                       "`migrate` refuses the order.",
             .instead = "Make the user model in the first migration of a new project; in an old one keep "
                        "`auth.User` and add a profile.",
             .silent_when =
                 "The user model is made before everything that references it, as far as the dependencies and the "
                 "branch tell."},
    .on_project = of_user_model_introduced_late::check,
};

}  // namespace mlint::rules
