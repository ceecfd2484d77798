#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_unindexed_foreign_key(const StatementView& view, Reporter& reporter) {
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation)) {
    for (const Constraint& key : add->column.constraints) {
      if (key.kind != Constraint::Kind::foreign_key) continue;
      bool indexed = false;
      for (const Statement& other : view.migration.statements)
        if (const auto* index = other.operation.as<CreateIndex>(); index != nullptr && !index->elements.empty())
          indexed = indexed || index->elements.front().column == add->column.name;
      if (indexed) continue;
      Finding finding;
      finding.message = "foreign key column " + ticked(add->column.name) + " has no index";
      finding.help = "build an index on it concurrently";
      finding.subject = "fk." + add->column.name;
      reporter.add(std::move(finding));
    }
  }
}

constexpr Rule unindexed_foreign_key{
    .info = {.code = "ML810",
             .name = "unindexed-foreign-key",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A foreign key column is not the first column of any index.",
             .effect = "Deleting or changing a referenced row reads the whole referencing table.",
             .instead = "Build an index on it.",
             .equivalents = "eugene:E15 pgfence:fk-missing-index pgsafe:fk-without-covering-index "
                            "django-safe-migrations:SM025"},
    .on_statement = find_unindexed_foreign_key,
};

}  // namespace mlint::rules
