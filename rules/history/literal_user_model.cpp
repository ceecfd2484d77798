#include "rules/history/graph_problem.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_literal_user_model {

static bool points_at_user(const py::Value& value) {
  const auto* text = value.as<py::String>();
  return text != nullptr && (text->text == "auth.User" || text->text == "auth.user");
}

static void look(const MigrationView& view, Reporter& reporter, const py::Value& value, int depth) {
  if (depth > 50) return;
  if (const auto* call = value.as<py::Call>()) {
    const std::string_view name = py::dotted_name(value);
    const bool relation =
        name.ends_with("ForeignKey") || name.ends_with("OneToOneField") || name.ends_with("ManyToManyField");
    const py::Value* to = !call->arguments.empty() ? &call->arguments.front() : nullptr;
    for (const py::Keyword& keyword : call->keywords)
      if (keyword.name == "to" && keyword.value != nullptr) to = keyword.value.get();
    if (relation && to != nullptr && points_at_user(*to)) {
      Finding finding;
      finding.location = to->source;
      finding.message = "this relation points at `auth.User`, and the project's user model is " +
                        ticked(view.project.project.settings.auth_user_model);
      finding.help =
          "to=settings.AUTH_USER_MODEL, with migrations.swappable_dependency(settings.AUTH_USER_MODEL) in dependencies";
      finding.subject = "user";
      reporter.add(std::move(finding));
    }
    return;
  }
  if (const auto* list = value.as<py::List>())
    for (const py::Value& item : list->items) look(view, reporter, item, depth + 1);
  if (const auto* tuple = value.as<py::Tuple>())
    for (const py::Value& item : tuple->items) look(view, reporter, item, depth + 1);
}

static void check(const OperationView& view, Reporter& reporter) {
  const std::string& user = view.migration.project.project.settings.auth_user_model;
  if (view.model == nullptr || user == "auth.User" || user.empty()) return;
  for (const django::Argument& argument : view.model->arguments)
    if (argument.name == "field" || argument.name == "fields") look(view.migration, reporter, argument.value, 0);
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
