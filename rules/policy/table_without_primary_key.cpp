#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_table_without_primary_key(const StatementView& view, Reporter& reporter) {
  const auto* table = view.statement.operation.as<CreateTable>();
  if (table == nullptr || table->bound || !table->like.empty() || !table->inherits.empty() ||
      !table->of_type.name.empty())
    return;
  if (table->persistence == Persistence::temporary) return;
  bool found = false;
  for (const Constraint& constraint : table->constraints)
    found = found || constraint.kind == Constraint::Kind::primary_key;
  for (const Column& column : table->columns)
    for (const Constraint& constraint : column.constraints)
      found = found || constraint.kind == Constraint::Kind::primary_key;
  if (found) return;
  Finding finding;
  finding.message = "table " + ticked(table->name) + " has no primary key";
  finding.help = "give it a primary key";
  finding.subject = subject_of(table->name);
  reporter.add(std::move(finding));
}

constexpr Rule table_without_primary_key{
    .info = {.code = "ML808",
             .name = "table-without-primary-key",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A table is made without a primary key.",
             .effect = "Rows cannot be told apart by replication and by tools.",
             .instead = "Give it a primary key.",
             .equivalents = "pgsafe:require-primary-key"},
    .on_statement = find_table_without_primary_key,
};

}  // namespace mlint::rules
