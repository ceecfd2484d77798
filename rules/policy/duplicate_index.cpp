#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_duplicate_index(const StatementView& view, Reporter& reporter) {
  const auto* index = view.statement.operation.as<CreateIndex>();
  const Relation* table = index == nullptr ? nullptr : view.before.find(index->table);
  if (table == nullptr || index->where || index->elements.empty()) return;
  for (const IndexState& other : table->indexes) {
    if (other.definition.where || other.definition.access_method != index->access_method) continue;
    if (other.definition.elements.size() < index->elements.size() || (index->unique && !other.definition.unique))
      continue;
    bool same = true;
    for (std::size_t i = 0; same && i < index->elements.size(); ++i)
      same = !index->elements[i].column.empty() && index->elements[i].column == other.definition.elements[i].column &&
             index->elements[i].opclass == other.definition.elements[i].opclass;
    if (!same) continue;
    Finding finding;
    finding.message =
        "index " + ticked(index->name) + " repeats " + ticked(other.name.name) + " of " + ticked(table->name);
    finding.help = "drop one of them";
    finding.subject = subject_of(table->name, index->name);
    reporter.add(std::move(finding));
    return;
  }
}

constexpr Rule duplicate_index{
    .info = {.code = "ML823",
             .name = "duplicate-index",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "An index repeats one that the table has.",
             .effect = "Every write keeps both, and queries need one.",
             .instead = "Drop one of them."},
    .on_statement = find_duplicate_index,
};

}  // namespace mlint::rules
