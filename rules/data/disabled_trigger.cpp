#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_disabled_trigger {

static void check_session(const StatementView& view, Reporter& reporter) {
  const auto* set = view.statement.operation.as<SetVariable>();
  if (set == nullptr || set->name != "session_replication_role" || !set->value || *set->value != "replica") return;
  Finding finding;
  finding.message =
      "session_replication_role = replica: no trigger fires and no foreign key is checked in this session";
  finding.help = "leave triggers on";
  finding.subject = "session_replication_role";
  reporter.add(std::move(finding));
}

static void check(const StatementView& view, Reporter& reporter) {
  check_session(view, reporter);
  each_action<alter::ToggleTrigger>(view, [&](const alter::ToggleTrigger& toggle, const QualifiedName& table) {
    if (toggle.mode != 'D') return;
    Finding finding;
    finding.message = (toggle.all    ? std::string("every trigger, foreign keys included, of ")
                       : toggle.user ? std::string("every user trigger of ")
                                     : "trigger " + ticked(toggle.name) + " of ") +
                      ticked(table) + " is switched off for all sessions";
    finding.help = "enable it again in the same transaction, or leave it on";
    finding.subject = subject_of(table, "trigger");
    reporter.add(std::move(finding));
  });
}

}  // namespace of_disabled_trigger

constexpr Rule disabled_trigger{
    .info = {.code = "ML605",
             .name = "disabled-trigger",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "Triggers of a table, or of a session, are disabled.",
             .effect = "Foreign keys, audit and denormalisation that triggers keep are not kept while they "
                       "are off, and the rows stay wrong.",
             .instead = "Leave triggers on.",
             .silent_when = "The trigger is enabled, not disabled.",
             .equivalents = "pgfence:enable-disable-trigger"},
    .on_statement = of_disabled_trigger::check,
};

}  // namespace mlint::rules
