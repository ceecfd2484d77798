#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_delete_without_where {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* dml = view.statement.operation.as<Dml>();
  if (dml == nullptr || !dml->query || dml->query->kind != Query::Kind::delete_ || !dml->query->target) return;
  if (view.statement.operation.explain && !view.statement.operation.explain_analyze) return;
  const bool always = dml->query->where && dml->query->where->kind == Expr::Kind::constant;
  if (dml->query->where && !always) return;
  if (!is_written_sql(view) || !dml->query->from.empty()) return;
  const QualifiedName table = resolved(view, dml->query->target->name);
  const Relation* relation = view.before.find(table);
  if (is_new(view.before, table) || (relation != nullptr && relation->persistence == Persistence::temporary)) return;
  Finding finding;
  finding.message =
      "DELETE without WHERE changes every row of " + ticked(table) + " and locks them until the transaction ends";
  finding.help = with_steps("work in batches, each in a transaction of its own",
                            batched_delete(sql_name(table), relation), view.operation);
  finding.subject = subject_of(table, "delete");
  report(view, reporter, Hazard::mass_change, table, std::move(finding));
}

}  // namespace of_delete_without_where

constexpr Rule delete_without_where{
    .info = {.code = "ML209",
             .name = "delete-without-where",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "DELETE without WHERE changes every row of an existing table.",
             .effect = "Every row is locked until the transaction ends, and as many dead rows are left "
                       "behind.",
             .instead = "Delete in batches, each in its own transaction.",
             .silent_when = "It has a WHERE, or the table is made in the same migration or is temporary.",
             .equivalents = "pgfence:delete-without-where"},
    .on_statement = of_delete_without_where::check,
};

}  // namespace mlint::rules
