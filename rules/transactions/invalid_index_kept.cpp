#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_invalid_index_kept {

static void check(const MigrationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* index = view.statements[i].operation.as<CreateIndex>();
    if (index == nullptr || !index->concurrently || !index->if_not_exists) continue;
    bool dropped = false;
    for (std::size_t j = 0; j < i; ++j)
      if (const auto* drop = view.statements[j].operation.as<Drop>();
          drop != nullptr && drop->kind == ObjectKind::index)
        for (const QualifiedName& name : drop->names) dropped = dropped || name.name == index->name;
    if (dropped) continue;
    Finding finding;
    finding.location = view.statements[i].location;
    finding.message =
        "IF NOT EXISTS keeps an INVALID index " + ticked(index->name) + " that a cancelled build left behind";
    const OperationView operation = operation_of(view, i);
    finding.help = with_steps("drop what may be left of it first, then build it", index_anew(*index), operation);
    finding.statement = view.statements[i].index;
    finding.subject = "index." + index->name;
    reporter.add(std::move(finding));
  }
}

}  // namespace of_invalid_index_kept

constexpr Rule invalid_index_kept{
    .info = {.code = "ML505",
             .name = "invalid-index-kept",
             .group = RuleGroup::transactions,
             .severity = Severity::warning,
             .summary = "CREATE INDEX CONCURRENTLY IF NOT EXISTS has no DROP INDEX before it.",
             .effect = "A build that was cancelled leaves an INVALID index of that name, which IF NOT EXISTS "
                       "then keeps in silence.",
             .instead = "DROP INDEX CONCURRENTLY IF EXISTS of the same name before it, in the same migration.",
             .silent_when = "The index is dropped first, or IF NOT EXISTS is not given, so that a second run fails "
                            "loudly."},
    .on_migration = of_invalid_index_kept::check,
};

}  // namespace mlint::rules
