#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_cascading_drop {

static void say(const StatementView& view, Reporter& reporter, const std::string& what, const QualifiedName& name) {
  Finding finding;
  finding.message = what + " " + ticked(name) + " with CASCADE also drops everything that depends on it, unnamed";
  finding.help = "drop the dependents by name, then the object without CASCADE";
  finding.subject = subject_of(name, "cascade");
  report(view, reporter, Hazard::mass_change, name, std::move(finding));
}

// Objects inside a table, on which nothing else can depend: CASCADE is an empty word there.
static bool may_have_dependents(ObjectKind kind) {
  return kind != ObjectKind::trigger && kind != ObjectKind::rule && kind != ObjectKind::policy &&
         kind != ObjectKind::cast && kind != ObjectKind::event_trigger && kind != ObjectKind::statistics;
}

// Django itself writes CASCADE; what depends on it there is known to Django.
static void check(const StatementView& view, Reporter& reporter) {
  if (!is_written_sql(view)) return;
  if (const auto* drop = view.statement.operation.as<Drop>();
      drop != nullptr && drop->cascade && may_have_dependents(drop->kind))
    for (const QualifiedName& name : drop->names)
      if (!is_new(view.before, resolved(view, name))) say(view, reporter, "dropping", resolved(view, name));
  each_action<alter::DropColumn>(view, [&](const alter::DropColumn& drop, const QualifiedName& table) {
    if (drop.cascade) say(view, reporter, "dropping column " + ticked(drop.name) + " of", table);
  });
  each_action<alter::DropConstraint>(view, [&](const alter::DropConstraint& drop, const QualifiedName& table) {
    if (drop.cascade) say(view, reporter, "dropping constraint " + ticked(drop.name) + " of", table);
  });
}

}  // namespace of_cascading_drop

constexpr Rule cascading_drop{
    .info = {.code = "ML206",
             .name = "cascading-drop",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "DROP … CASCADE takes everything that depends on the object.",
             .effect = "Views, foreign keys, columns and functions of other tables go too, without being "
                       "named.",
             .instead = "Drop the dependents by name, then the object without CASCADE.",
             .silent_when = "No CASCADE is written, or the object is made in the same file."},
    .on_statement = of_cascading_drop::check,
};

}  // namespace mlint::rules
