#include "rules/history/graph_problem.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_shared_app_depends_on_tenant_app {

static void check(const ProjectView& view, Reporter& reporter) {
  const auto is_tenant_only = [&](const std::string& label) {
    const App* app = view.project.app(label);
    return app != nullptr && app->tenant.value_or(false) && !app->shared.value_or(false);
  };
  for (const django::Migration& migration : view.migrations) {
    const App* app = view.project.app(migration.key.app);
    if (app == nullptr || !app->shared.value_or(false) || app->tenant.value_or(false)) continue;
    for (const django::Dependency& dependency : migration.dependencies) {
      if (!is_tenant_only(dependency.key.app)) continue;
      Finding finding = finding_about(migration,
                                      "the shared app " + ticked(migration.key.app) + " depends on " +
                                          ticked(dependency.key.app) + ", which exists in tenant schemas only",
                                      dependency.location);
      finding.help = "move what is needed into a shared app";
      reporter.add(std::move(finding));
    }
  }
}

}  // namespace of_shared_app_depends_on_tenant_app

constexpr Rule shared_app_depends_on_tenant_app{
    .info = {.code = "ML018",
             .name = "shared-app-depends-on-tenant-app",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "A migration of a shared app depends on one of a tenant app.",
             .effect = "Shared apps are migrated first, in the public schema, where the tenant app's tables "
                       "never are.",
             .instead = "Move the model, or turn the dependency round.",
             .silent_when = "The app is in both lists, or the dependency leads the other way."},
    .on_project = of_shared_app_depends_on_tenant_app::check,
};

}  // namespace mlint::rules
