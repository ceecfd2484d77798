#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_nullable_foreign_key(const StatementView& view, Reporter& reporter) {
  const auto* table = view.statement.operation.as<CreateTable>();
  if (table == nullptr) return;
  for (const Column& column : table->columns) {
    bool key = false, required = false;
    for (const Constraint& constraint : column.constraints) {
      key = key || constraint.kind == Constraint::Kind::foreign_key;
      required =
          required || constraint.kind == Constraint::Kind::not_null || constraint.kind == Constraint::Kind::primary_key;
    }
    if (!key || required) continue;
    Finding finding;
    finding.message = "foreign key column " + ticked(column.name) + " is nullable";
    finding.help = "make it NOT NULL";
    finding.subject = subject_of(table->name, column.name);
    reporter.add(std::move(finding));
  }
}

constexpr Rule nullable_foreign_key{
    .info = {.code = "ML826",
             .name = "nullable-foreign-key",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A foreign key column is nullable.",
             .effect = "NULL references nothing, and nothing tells why.",
             .instead = "Make it NOT NULL.",
             .equivalents = "pgsafe:forbid-nullable-fk"},
    .on_statement = find_nullable_foreign_key,
};

}  // namespace mlint::rules
