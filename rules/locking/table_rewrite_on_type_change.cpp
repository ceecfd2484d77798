#include <algorithm>

#include "analyzer/schema/types.h"
#include "rules/locking/foreign_key.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_table_rewrite_on_type_change {

static std::string in_words(const std::vector<std::string>& tables) { return listed(tables, 5); }

static Recipe recipe(const OperationView& view, const QualifiedName& table, const std::string& column) {
  for (std::size_t i = 0; i < view.statements.size(); ++i)
    for (const auto* set : actions<alter::SetType>(view.statements[i]->operation))
      if (set->column == column) return new_column_then_swap(sql_name(table), *set, view.before[i]->find(table));
  return {};
}

static bool copies_anyway(const OperationView& view, const std::string& column) {
  for (const Statement* statement : view.statements)
    for (const auto* set : actions<alter::SetType>(statement->operation))
      if (set->column == column) return types::is_stored_alone(set->type);
  return false;
}

static void check(const OperationView& view, Reporter& reporter) {
  std::vector<std::string> tables;
  QualifiedName worst;
  std::string column;
  bool assumed = false;
  const Statement* first = nullptr;
  Severity severity = Severity::off;
  for (const Statement* statement : view.statements)
    each_work(statement->effects, Cause::type_change, [&](const Work& work) {
      if (work.kind != WorkKind::rewrite) return;
      const std::string name = ticked(work.relation);
      if (std::find(tables.begin(), tables.end(), name) == tables.end()) tables.push_back(name);
      const Severity one = severity_on(view.migration, Hazard::rewrite, work.relation);
      if (first == nullptr) column = work.object, assumed = work.assumed, first = statement;
      if (worst.name.empty() || one > severity) worst = work.relation, severity = one;
    });
  if (tables.empty()) return;
  Finding finding;
  finding.message = "changing the type of " + ticked(column) + " rewrites " + in_words(tables) +
                    " under ACCESS EXCLUSIVE: reads and writes wait";
  if (assumed) finding.notes.push_back("the type it has now is not known here; widening a varchar would be free");
  if (tables.size() > 1) finding.notes.push_back("the columns of foreign keys that reference it change with it");
  const auto key = recreates_foreign_key(view);
  if (key && std::find(tables.begin(), tables.end(), ticked(key->references)) == tables.end())
    finding.notes.push_back("foreign keys to it are dropped and made again: " + ticked(key->references) +
                            " is locked ACCESS EXCLUSIVE too, and every row is looked up");
  finding.help = with_steps(
      "add a new column of the new type, fill it in batches while a trigger keeps it in step, build its indexes "
      "concurrently, then swap the names in one short transaction",
      tables.size() == 1 ? recipe(view, worst, column) : Recipe{}, view);
  if (view.migration.language == Language::sql) finding.location = first->location;
  finding.subject = subject_of(worst, column);
  const bool in_doubt = assumed && !copies_anyway(view, column);
  finding.severity = in_doubt && severity == Severity::error ? Severity::warning : severity;
  if (severity != Severity::off) reporter.add(std::move(finding));
}

}  // namespace of_table_rewrite_on_type_change

constexpr Rule table_rewrite_on_type_change{
    .info = {.code = "ML111",
             .name = "table-rewrite-on-type-change",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .summary = "A change of type copies every row and rebuilds every index.",
             .effect = "The copy runs under ACCESS EXCLUSIVE, so every query on the table waits until it "
                       "ends; foreign keys carry the change into other tables.",
             .instead = "Add a new column, fill it in batches while a trigger keeps it in step, then swap the "
                        "names.",
             .silent_when = "The change is binary compatible: a varchar that grows or loses its limit, a numeric "
                            "that grows at the same scale, timestamp to timestamptz at UTC.",
             .equivalents = "squawk:changing-column-type pgsafe:alter-column-type pgfence:alter-column-type "
                            "eugene:E5 atlas:PG301 strong_migrations:change_column online_migrations:change_column "
                            "django-migration-linter:ALTER_COLUMN django-safe-migrations:SM004"},
    .on_operation = of_table_rewrite_on_type_change::check,
};

}  // namespace mlint::rules
