#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_index_gap {

static std::vector<std::string> columns_of(const CreateIndex& index) {
  std::vector<std::string> columns;
  for (const IndexElement& element : index.elements) columns.push_back(element.column);
  return columns;
}

static void check(const MigrationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* drop = view.statements[i].operation.as<Drop>();
    if (drop == nullptr || drop->kind != ObjectKind::index || drop->names.size() != 1) continue;
    const Relation* table = view.before_statement[i].find_index_table(drop->names.front());
    const IndexState* old = table == nullptr ? nullptr : table->index(drop->names.front().name);
    if (old == nullptr || old->added_in == view.before_statement[i].unit()) continue;
    for (std::size_t j = i + 1; j < view.statements.size(); ++j) {
      const auto* next = view.statements[j].operation.as<CreateIndex>();
      if (next == nullptr || view.before_statement[j].resolve(next->table) != table->name) continue;
      if (next->elements.empty() || columns_of(*next).front() != columns_of(old->definition).front()) continue;
      if (view.statements[i].transaction && view.statements[i].transaction == view.statements[j].transaction) continue;
      Finding finding;
      finding.location = view.statements[i].location;
      finding.message = "index " + ticked(drop->names.front()) + " of " + ticked(table->name) +
                        " is dropped before its replacement is built: queries run without either in between";
      finding.help = "build the new index first, then drop the old one";
      finding.statement = view.statements[i].index;
      finding.subject = subject_of(table->name, drop->names.front().name);
      reporter.add(std::move(finding));
      break;
    }
  }
}

}  // namespace of_index_gap

constexpr Rule index_gap{
    .info = {.code = "ML148",
             .name = "index-gap",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "An index is dropped before its replacement is built.",
             .effect = "Until the new index is there, queries that need it read the whole table.",
             .instead = "Build the new index first, then drop the old one.",
             .silent_when = "The new index comes first, both stand in one transaction, or an invalid leftover of "
                            "the same name is removed.",
             .equivalents = "online_migrations:replace_index"},
    .on_migration = of_index_gap::check,
};

}  // namespace mlint::rules
