#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_replaced_function_in_use {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* drop = view.statement.operation.as<Drop>();
  if (drop == nullptr || !is_written_sql(view)) return;
  if (drop->kind != ObjectKind::function && drop->kind != ObjectKind::procedure && drop->kind != ObjectKind::routine &&
      drop->kind != ObjectKind::type && drop->kind != ObjectKind::extension)
    return;
  for (const QualifiedName& name : drop->names) {
    for (const Statement& other : view.migration.statements)  // dropped to be made anew
      if (const auto* made = other.operation.as<CreateFunction>(); made != nullptr && made->name.name == name.name)
        return;
    Finding finding;
    finding.message = "queries of running code that use " + ticked(name) + " fail once it is gone";
    finding.help = "drop it one release after its last use";
    finding.subject = subject_of(name);
    finding.severity = may_break_running_code(view.migration.project.deploy);
    if (*finding.severity != Severity::off) reporter.add(std::move(finding));
  }
}

}  // namespace of_replaced_function_in_use

constexpr Rule replaced_function_in_use{
    .info = {.code = "ML312",
             .name = "replaced-function-in-use",
             .group = RuleGroup::deploy,
             .severity = Severity::info,
             .summary = "A function or view that running code may call is dropped.",
             .effect = "Queries of the previous release, triggers and views that use it fail.",
             .instead = "Drop it one release after its last use.",
             .silent_when = "It is made anew in the same migration."},
    .on_statement = of_replaced_function_in_use::check,
};

}  // namespace mlint::rules
