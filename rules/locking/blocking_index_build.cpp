#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_blocking_index_build {

// What one operation builds under a lock that stops writers; the hidden indexes of a field count as one cause.
// In a .sql file one word does it, where the statement commits by itself.
static std::optional<Fix> build_concurrently(const OperationView& view, const Statement& statement) {
  const auto* index = statement.operation.as<CreateIndex>();
  if (view.migration.language != Language::sql || statement.transaction || view.migration.atomic || index == nullptr ||
      index->keyword.empty() || index->keyword.end < statement.operation.span.begin)
    return std::nullopt;
  const std::uint32_t end = statement.location.span.begin + (index->keyword.end - statement.operation.span.begin);
  return Fix{
      "build it concurrently", Applicability::unsafe, {{{statement.location.file, {end, end}}, " CONCURRENTLY"}}};
}

static void check(const OperationView& view, Reporter& reporter) {
  const CreateIndex* first = nullptr;
  std::vector<std::string> names;
  QualifiedName table;
  bool partitioned = false;
  std::size_t statement = 0;
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* index = view.statements[i]->operation.as<CreateIndex>();
    if (index == nullptr || index->concurrently) continue;
    const Effects& effects = view.statements[i]->effects;
    bool builds = false;
    for (const Work& work : effects.work) builds = builds || (work.kind == WorkKind::index_build && !work.new_in_unit);
    if (!builds) continue;
    names.push_back(ticked(effects.builds_indexes.empty() ? index->name : effects.builds_indexes.front()));
    if (first != nullptr) continue;
    first = index;
    statement = i;
    table = view.before[i]->resolve(index->table);
    partitioned = is_partitioned(*view.before[i], table);
  }
  if (first == nullptr) return;
  Finding finding;
  finding.message = std::string("building ") + (names.size() == 1 ? "index " : "indexes ") + listed(names) +
                    " blocks writes to " + ticked(table) + " until " + (names.size() == 1 ? "it is" : "they are") +
                    " built";
  const std::string_view type = operation_type(view);
  if (type == "AddField" || type == "AlterField")
    finding.notes.push_back("Django makes " + std::string(names.size() == 1 ? "this index" : "these indexes") +
                            " by itself, for a foreign key, `db_index`, `unique` or a slug");
  if (partitioned) finding.notes.push_back("every partition of " + ticked(table) + " is locked for the whole build");
  finding.help =
      with_steps(concurrent_index_advice(view, *first, partitioned),
                 partitioned ? index_by_partition(*first, *view.before[statement]) : concurrent_indexes(view), view);
  if (names.size() == 1 && !partitioned) finding.fix = build_concurrently(view, *view.statements[statement]);
  if (view.statements[statement]->operation.fingerprint != 0) finding.location = view.statements[statement]->location;
  finding.statement = view.statements[statement]->index;
  finding.subject = subject_of(table, names.front());
  report(view, reporter, Hazard::index_build, table, std::move(finding));
}

}  // namespace of_blocking_index_build

constexpr Rule blocking_index_build{
    .info = {.code = "ML101",
             .name = "blocking-index-build",
             .group = RuleGroup::locking,
             .severity = Severity::error,
             .fixable = Fixable::sometimes,
             .summary = "An index is built on an existing table without CONCURRENTLY.",
             .effect =
                 "The SHARE lock makes every INSERT, UPDATE and DELETE on the table wait until the index is built.",
             .instead = "Build the index with CONCURRENTLY, alone and outside a transaction: in Django "
                        "AddIndexConcurrently in a migration with `atomic = False`.",
             .silent_when = "The table is made in the same migration or file, or is known to be small.",
             .equivalents = "squawk:require-concurrent-index-creation pgsafe:add-index-non-concurrent "
                            "pgfence:create-index-not-concurrent eugene:E6 atlas:PG101 strong_migrations:add_index "
                            "strong_migrations:add_reference online_migrations:add_index "
                            "online_migrations:add_reference django-migration-linter:CREATE_INDEX "
                            "django-safe-migrations:SM010"},
    .on_operation = of_blocking_index_build::check,
};

}  // namespace mlint::rules
