#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* unparsed = view.statement.operation.as<Unparsed>();
  if (unparsed == nullptr) return;
  Finding finding;
  finding.message = "SQL that does not parse: " + unparsed->message;
  finding.help = "what this statement does to the database is not known; every other statement was judged";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule unparsed_sql{
    .info = {.code = "ML701",
             .name = "unparsed-sql",
             .group = RuleGroup::input,
             .severity = Severity::error,
             .summary = "A statement is no SQL that PostgreSQL's grammar knows.",
             .effect = "The server would refuse it, or a template was not filled in; nothing is known about it.",
             .instead = "Correct the statement, or map the placeholders of a template in the configuration."},
    .on_statement = check,
};

}  // namespace mlint::rules
