#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_disabled_trigger {

static void check(const StatementView& view, Reporter& reporter) {
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
             .summary = "Triggers of a table are disabled.",
             .effect = "Foreign keys, audit and denormalisation that triggers keep are not kept while they "
                       "are off, and the rows stay wrong.",
             .instead = "Leave triggers on, or set session_replication_role for the one session that needs it.",
             .silent_when = "The trigger is enabled, not disabled.",
             .equivalents = "pgfence:enable-disable-trigger"},
    .on_statement = of_disabled_trigger::check,
};

}  // namespace mlint::rules
