#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_rewrite_on_constrained_domain {

static Recipe recipe(const StatementView& view, const Work& work) {
  for (const auto* add : actions<alter::AddColumn>(view.statement.operation))
    if (add->column.name == work.object)
      return column_then_check(sql_name(work.relation), add->column,
                               (work.relation.name + "_" + add->column.name + "_check"),
                               view.before.find_type(add->column.type.name));
  return {};
}

static void check(const StatementView& view, Reporter& reporter) {
  each_work(view.statement.effects, Cause::constrained_domain, [&](const Work& work) {
    if (work.kind != WorkKind::rewrite) return;
    Finding finding;
    finding.message = "the domain of a new column" + (work.object.empty() ? std::string() : " " + ticked(work.object)) +
                      " rewrites " + ticked(work.relation) + " under ACCESS EXCLUSIVE: reads and writes wait";
    if (work.assumed)
      finding.notes.push_back("this rests on an assumption: " + listed(view.statement.effects.assumptions));
    finding.help = with_steps(
        "use the base type, and add the check of the domain as a NOT VALID constraint that is validated later",
        recipe(view, work), view.operation);
    finding.subject = subject_of(work.relation, work.object);
    report(view, reporter, Hazard::rewrite, work.relation, std::move(finding));
  });
}

}  // namespace of_table_rewrite_on_constrained_domain

constexpr Rule table_rewrite_on_constrained_domain{
    .info = {.code = "ML115",
             .name = "table-rewrite-on-constrained-domain",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A column of a domain with constraints is added to an existing table.",
             .effect = "A domain with a CHECK or NOT NULL is tested row by row, even for a nullable column "
                       "without a default, so the whole table is copied under ACCESS EXCLUSIVE, and every "
                       "query on it waits.",
             .instead = "Add the column with the base type, and its CHECK as a NOT VALID constraint.",
             .silent_when = "The domain has no constraint, or the table is new."},
    .on_statement = of_table_rewrite_on_constrained_domain::check,
};

}  // namespace mlint::rules
