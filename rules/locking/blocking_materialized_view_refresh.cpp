#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_materialized_view_refresh {

// Over plain columns and all rows: what CONCURRENTLY needs.
static bool has_unique_index(const Relation* relation) {
  if (relation == nullptr) return false;
  for (const IndexState& index : relation->indexes) {
    bool plain = index.definition.unique && index.valid && !index.definition.where;
    for (const IndexElement& element : index.definition.elements) plain = plain && !element.expression;
    if (plain) return true;
  }
  return false;
}

static void check(const StatementView& view, Reporter& reporter) {
  const auto* refresh = view.statement.operation.as<RefreshMaterializedView>();
  if (refresh == nullptr || refresh->concurrently) return;
  const QualifiedName name = resolved(view, refresh->name);
  if (is_new(view.before, name)) return;
  Finding finding;
  finding.message = "refreshing " + ticked(name) + " takes ACCESS EXCLUSIVE: its readers wait until its query has run";
  Recipe recipe;
  if (has_unique_index(view.before.find(name)))
    recipe.push_back({.sql = {"REFRESH MATERIALIZED VIEW CONCURRENTLY " + sql_name(name)}});
  finding.help = with_steps(recipe.empty() ? "give the view a unique index on plain columns, without a WHERE, then "
                                             "REFRESH MATERIALIZED VIEW CONCURRENTLY"
                                           : "refresh it concurrently, which its unique index allows",
                            recipe, view.operation);
  finding.subject = subject_of(name);
  report(view, reporter, Hazard::heavy_command, name, std::move(finding));
}

}  // namespace of_blocking_materialized_view_refresh

constexpr Rule blocking_materialized_view_refresh{
    .info = {.code = "ML126",
             .name = "blocking-materialized-view-refresh",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A materialized view is refreshed without CONCURRENTLY.",
             .effect = "ACCESS EXCLUSIVE on the view: its readers wait until its query has run.",
             .instead = "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view.",
             .silent_when = "CONCURRENTLY is given, or the view is made in the same migration.",
             .equivalents = "pgsafe:refresh-matview-non-concurrent pgfence:refresh-matview-blocking"},
    .on_statement = of_blocking_materialized_view_refresh::check,
};

}  // namespace mlint::rules
