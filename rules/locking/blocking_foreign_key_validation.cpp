#include <algorithm>

#include "rules/advice.h"
#include "rules/locking/foreign_key.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_foreign_key_validation {

static std::string help(const StatementView& view, const Work& work) {
  if (is_partitioned(view.before, work.relation) && view.migration.project.server.version < 18)
    return "before PostgreSQL 18 a partitioned table takes no NOT VALID foreign key: add it to each partition NOT "
           "VALID, validate each, then add it to the parent";
  Recipe recipe;
  for (const auto* add : actions<alter::AddConstraint>(view.statement.operation)) {
    Constraint key = add->constraint;
    if (key.name.empty()) key.name = work.object;
    if (key.kind == Constraint::Kind::foreign_key && view.operation.statements.size() == 1)
      recipe = validated_later(view.operation, sql_name(work.relation), key);
  }
  const std::string where = view.migration.language == Language::django ? "by RunSQL " : "";
  return with_steps(
      where + "add it NOT VALID, and validate it " + later_step(view.migration) + ", while reads and writes go on",
      recipe, view.operation);
}

static void check(const OperationView& view, Reporter& reporter) {
  const std::vector<RecreatedForeignKey> recreated = recreated_foreign_keys(view);
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const Statement& statement = *view.statements[i];
    const auto* alter = statement.operation.as<AlterTable>();
    if (alter == nullptr || !actions<alter::ValidateConstraint>(statement.operation).empty()) continue;
    if (std::any_of(recreated.begin(), recreated.end(), [&](const auto& key) { return key.added == &statement; }))
      continue;
    const StatementView at{view.migration, view, statement, *view.before[i]};
    bool said = false;
    each_work(statement.effects, Cause::foreign_key, [&](const Work& work) {
      if (said || work.kind != WorkKind::fk_validation) return;
      said = true;
      Finding finding;
      std::vector<std::string> parents;
      for (const RelationLock& lock : statement.effects.locks)
        if (lock.mode == LockMode::share_row_exclusive && lock.relation != work.relation && !lock.new_in_unit)
          parents.push_back(ticked(lock.relation));
      finding.message = "adding foreign key " + ticked(work.object) + " reads all of " + ticked(work.relation) +
                        " while writes to it" + (parents.empty() ? "" : " and to " + listed(parents)) + " wait";
      finding.help = help(at, work);
      finding.subject = subject_of(work.relation, work.object);
      report(at, reporter, Hazard::foreign_key_validation, work.relation, std::move(finding));
    });
  }
}

}  // namespace of_blocking_foreign_key_validation

constexpr Rule blocking_foreign_key_validation{
    .info = {.code = "ML107",
             .name = "blocking-foreign-key-validation",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A foreign key over existing rows is validated while it is added.",
             .effect = "SHARE ROW EXCLUSIVE on both tables makes writes wait until every row was looked up.",
             .instead = "Add the foreign key NOT VALID, then VALIDATE CONSTRAINT in a later transaction.",
             .silent_when = "The key is NOT VALID, comes with a new column without a default, or the table is new.",
             .postgresql = "NOT VALID on partitioned tables from 18",
             .equivalents = "squawk:adding-foreign-key-constraint squawk:constraint-missing-not-valid "
                            "pgsafe:add-fk-without-not-valid "
                            "pgfence:add-constraint-fk-no-not-valid eugene:E1 strong_migrations:add_foreign_key "
                            "online_migrations:add_foreign_key django-safe-migrations:SM005 "
                            "django-safe-migrations:SM047"},
    .on_operation = of_blocking_foreign_key_validation::check,
};

}  // namespace mlint::rules
