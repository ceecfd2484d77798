#include "rules/history/relation.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_literal_user_model {

static void say(const MigrationView& view, Reporter& reporter, Location location) {
  Finding finding;
  finding.location = location;
  finding.message = "this relation points at `auth.User`, and the project's user model is " +
                    ticked(view.project.project.settings.auth_user_model);
  finding.help =
      "write to=settings.AUTH_USER_MODEL, and add migrations.swappable_dependency(settings.AUTH_USER_MODEL) to "
      "dependencies";
  finding.subject = "user";
  reporter.add(std::move(finding));
}

static void check(const OperationView& view, Reporter& reporter) {
  const std::string& user = view.migration.project.project.settings.auth_user_model;
  if (view.model == nullptr || view.migration.migration == nullptr) return;
  for (const py::Value* to : relation_targets(*view.model, view.migration.migration->names))
    if (is_replaced_user(*to, user)) say(view.migration, reporter, to->source);
}

}  // namespace of_literal_user_model

constexpr Rule literal_user_model{
    .info = {.code = "ML013",
             .name = "literal-user-model",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "A relation points at `auth.User` while the project has another user model.",
             .effect = "The foreign key references a table that is never made, or holds no user.",
             .instead = "Write `settings.AUTH_USER_MODEL`.",
             .silent_when = "AUTH_USER_MODEL is `auth.User`, or the setting is written."},
    .on_operation = of_literal_user_model::check,
};

}  // namespace mlint::rules
