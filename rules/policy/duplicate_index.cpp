#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

namespace of_duplicate_index {

static void say(const StatementView& view, Reporter& reporter, const QualifiedName& table, std::string message,
                std::string help) {
  Finding finding;
  finding.message = std::move(message);
  finding.help = std::move(help);
  finding.subject = subject_of(table, view.statement.operation.as<CreateIndex>()->name);
  reporter.add(std::move(finding));
}

static std::string column_named_twice(const CreateIndex& index) {
  for (std::size_t i = 0; i < index.elements.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (!index.elements[i].column.empty() && index.elements[i].column == index.elements[j].column &&
          index.elements[i].opclass == index.elements[j].opclass)
        return index.elements[i].column;
  return {};
}

// The columns of `shorter` are the first ones of `longer`.
static bool begins_as(const CreateIndex& longer, const CreateIndex& shorter) {
  if (longer.elements.size() < shorter.elements.size()) return false;
  for (std::size_t i = 0; i < shorter.elements.size(); ++i)
    if (shorter.elements[i].column.empty() || shorter.elements[i].column != longer.elements[i].column ||
        shorter.elements[i].opclass != longer.elements[i].opclass)
      return false;
  return true;
}

static void check(const StatementView& view, Reporter& reporter) {
  const auto* index = view.statement.operation.as<CreateIndex>();
  if (index == nullptr) return;
  const bool many_to_many =
      operation_type(view.operation) == "AddField" || operation_type(view.operation) == "CreateModel";
  if (many_to_many && is_new(view.before, resolved(view, index->table))) return;  // what Django makes by itself
  if (const std::string twice = column_named_twice(*index); !twice.empty())
    return say(view, reporter, resolved(view, index->table),
               "index " + ticked(index->name) + " has the column " + ticked(twice) + " twice", "name it once");
  const Relation* table = view.before.find(index->table);
  if (table == nullptr || index->where || index->elements.empty()) return;
  for (const IndexState& other : table->indexes) {
    if (other.definition.where || other.definition.access_method != index->access_method) continue;
    if (begins_as(other.definition, *index) && (!index->unique || other.definition.unique))
      return say(view, reporter, table->name,
                 "index " + ticked(index->name) + " repeats " + ticked(other.name.name) + " of " + ticked(table->name),
                 "drop one of them");
    if (begins_as(*index, other.definition) && !other.definition.unique)
      return say(view, reporter, table->name,
                 "index " + ticked(index->name) + " serves all that " + ticked(other.name.name) + " of " +
                     ticked(table->name) + " does",
                 "drop " + ticked(other.name.name) + " concurrently");
  }
}

}  // namespace of_duplicate_index

constexpr Rule duplicate_index{
    .info = {.code = "ML823",
             .name = "duplicate-index",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "An index repeats one that the table has, or names a column twice.",
             .effect = "Every write keeps both, and queries need one.",
             .instead = "Drop one of them."},
    .on_statement = of_duplicate_index::check,
};

}  // namespace mlint::rules
