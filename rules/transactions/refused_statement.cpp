#include "rules/registry.h"
#include "rules/subject.h"
#include "rules/transactions/unseen_change.h"

namespace mlint::rules {
namespace of_refused_statement {

// What a more exact rule says is left to it.
static bool has_own_rule(const StatementView& view) {
  if (view.statement.effects.refused_in_transaction && view.statement.transaction) return true;
  if (const auto* index = view.statement.operation.as<CreateIndex>())
    return index->concurrently && is_partitioned(view.before, resolved(view, index->table));
  if (const auto* drop = view.statement.operation.as<Drop>(); drop && drop->concurrently && !drop->names.empty()) {
    const Relation* relation = view.before.find_index_table(drop->names.front());
    return relation != nullptr && is_partitioned(view.before, relation->name);
  }
  for (const auto* add : actions<alter::AddConstraint>(view.statement.operation))
    if (add->constraint.kind == Constraint::Kind::foreign_key && add->constraint.not_valid) return true;
  return false;
}

static void check(const StatementView& view, Reporter& reporter) {
  if (!view.statement.effects.fails || has_own_rule(view) || follows_unseen_change(view)) return;
  Finding finding;
  finding.message = "PostgreSQL refuses this: " + *view.statement.effects.fails;
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

}  // namespace of_refused_statement

constexpr Rule refused_statement{
    .info = {.code = "ML520",
             .name = "refused-statement",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "A statement that the server refuses, whatever rows there are.",
             .effect = "The migration fails on every database.",
             .instead = "Correct what the message names.",
             .silent_when = "Failure would depend on rows, or on something that is not known here: dynamic SQL or an "
                            "operation of the project's own ran before."},
    .on_statement = of_refused_statement::check,
};

}  // namespace mlint::rules
