#include "rules/advice.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_enum_value_used_at_once {

static void check(const MigrationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* added = view.statements[i].operation.as<AddEnumValue>();
    if (added == nullptr || !view.statements[i].transaction) continue;
    const std::string literal = "'" + added->value + "'";
    for (std::size_t j = i + 1; j < view.statements.size(); ++j) {
      const Statement& use = view.statements[j];
      if (use.transaction != view.statements[i].transaction || use.operation.as<AddEnumValue>() != nullptr) continue;
      if (use.text.find(literal) == std::string::npos) continue;
      Finding finding;
      finding.location = use.location;
      finding.labels.push_back({view.statements[i].location, {}, "added here"});
      finding.message = "value " + ticked(added->value) + " of enum " + ticked(added->name) +
                        " is used in the transaction that adds it, which PostgreSQL refuses";
      finding.help = "use the value " + later_step(view);
      finding.statement = use.index;
      finding.subject = "enum." + added->name.name + "." + added->value;
      reporter.add(std::move(finding));
      break;
    }
  }
}

}  // namespace of_enum_value_used_at_once

constexpr Rule enum_value_used_at_once{
    .info = {.code = "ML509",
             .name = "enum-value-used-at-once",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "A value that was added to an enum is used in the same transaction.",
             .effect = "The server refuses it with 55P04: a new value is unusable until its transaction is "
                       "committed.",
             .instead = "Use the value in a later migration.",
             .silent_when = "The value is used in another transaction.",
             .postgresql = "12+",
             .equivalents = "pgsafe:enum-value-used-in-transaction"},
    .on_migration = of_enum_value_used_at_once::check,
};

}  // namespace mlint::rules
